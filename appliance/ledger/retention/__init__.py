"""Removing what was kept long enough, a few rows at a time, and saying afterwards what was removed."""
