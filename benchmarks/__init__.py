"""What the project promises in figures, measured on the machine at hand. `make bench` runs all of it."""
