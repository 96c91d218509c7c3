"""Which reader reads phones for the visits at another one."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0015_phone_readers")
def phone_readers(db: Database) -> None:
    """The key of the first reader at the one for phones; at the first one whether such a reader is there."""
    db.execute("ALTER TABLE readers ADD COLUMN phone_of TEXT")
    db.execute("ALTER TABLE readers ADD COLUMN phone INTEGER NOT NULL DEFAULT 0")
