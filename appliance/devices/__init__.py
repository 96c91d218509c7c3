"""Floor 3: PC/SC, the My Number card and the visit of one patient at one reader."""
