"""What makes the audit trail hard to change unseen: a chain through its rows, signed heads, and the look that finds what was done."""
