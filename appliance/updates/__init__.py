"""Updates of a box with two slots: what root says of them, and what the pages may ask of root. The doing is in `cli/updating/`."""
