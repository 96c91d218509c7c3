"""The clinic's certificates with their keys: opened, judged, kept locked, shown to the center."""
