"""Who may use the pages, beside accounts and sign-ins themselves: the first start."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0034_first_start")
def first_start(db: Database) -> None:
    """The one code that makes the first administrator, as a hash, and how often another one was typed."""
    db.execute(
        """CREATE TABLE set_up_code (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            hash TEXT NOT NULL,
            made_at TEXT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0
        ) STRICT"""
    )
