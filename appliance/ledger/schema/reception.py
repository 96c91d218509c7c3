"""Who at reception works on what."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0020_attending")
def attending(db: Database) -> None:
    """Which open page has which check before it, for as long as its lease lasts."""
    db.execute(
        """CREATE TABLE attending (
            page TEXT PRIMARY KEY,
            check_id TEXT NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
            desk TEXT NOT NULL,
            until TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX attending_check ON attending (check_id)")
