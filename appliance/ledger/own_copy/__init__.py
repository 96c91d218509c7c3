"""The box's own copies of its ledger, and how it goes on from one of them, by itself, when the ledger is broken."""
