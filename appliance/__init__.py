"""madoguchi: a reception box for Japanese clinics (see docs/architecture.md)."""
