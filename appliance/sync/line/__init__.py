"""The line to the center as such: how it stands, who is to blame when it does not, and how long what was asked took."""
