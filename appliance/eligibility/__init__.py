"""Floor 1: what the words mean. Pure: no I/O, no clock, no Flask, no SQLite."""
