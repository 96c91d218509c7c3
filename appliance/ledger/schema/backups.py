"""Backups that were made, and exercises in getting one back."""

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


@MIGRATIONS(name="0040_backup_drills")
def backup_drills(db: Database) -> None:
    """Backups that were restored aside and found whole: when and by whom, of which moment, how much was in it."""
    db.execute(
        """CREATE TABLE backup_drills (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            by TEXT NOT NULL,
            made_at TEXT NOT NULL,
            checks INTEGER NOT NULL,
            files INTEGER NOT NULL
        ) STRICT"""
    )
