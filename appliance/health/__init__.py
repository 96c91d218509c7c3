"""Floor 3: self-diagnosis, one check a file."""
