"""Backups that were made."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0033_backups")
def backups(db: Database) -> None:
    """Backups that were written whole: the moment they show, who made them, how many bytes."""
    db.execute(
        """CREATE TABLE backups (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            made_at TEXT NOT NULL,
            made_by TEXT NOT NULL,
            size INTEGER NOT NULL
        ) STRICT"""
    )
