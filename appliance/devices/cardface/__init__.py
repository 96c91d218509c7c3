"""The front of a card held up to a reader's camera: found, laid flat, and three things read from it."""
