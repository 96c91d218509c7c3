"""What the box has mended by itself."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0047_mendings")
def mendings(db: Database) -> None:
    """Ledgers that were broken and brought back from the box's own copy: when, of which moment, until when the broken one was written."""
    db.execute(
        """CREATE TABLE mendings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            shows TEXT NOT NULL,
            until TEXT NOT NULL,
            fault TEXT NOT NULL
        ) STRICT"""
    )
