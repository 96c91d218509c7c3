"""Updates of the system itself: a signed file into the slot that does not run, a counted start, a self-test, and the way back."""
