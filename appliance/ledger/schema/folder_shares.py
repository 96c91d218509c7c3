"""Which consumer's folder is served over the network."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0048_folder_shares")
def folder_shares(db: Database) -> None:
    """One row at most: where that folder lies meanwhile, and what its password is compared with."""
    db.execute(
        """CREATE TABLE folder_shares (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            consumer TEXT NOT NULL REFERENCES consumers (name),
            root TEXT NOT NULL,
            nt_hash TEXT NOT NULL,
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL
        ) STRICT"""
    )
