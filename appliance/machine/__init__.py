"""The machine below the box: what it says of itself to whoever maintains it. Nothing here knows a patient."""
