"""Floor 2: the one SQLite file, and the bell that wakes the other processes."""
