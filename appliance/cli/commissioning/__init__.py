"""Commissioning: what an engineer writes on a stick labelled CONFIG, read, judged and put to use. docs/field-guide.md shows the file."""
