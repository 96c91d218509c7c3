"""Floor 3: everything that leaves the box: the center, the broker, the shared folder."""
