"""What model a reader is, and since when the clinic has it."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0014_reader_profiles")
def reader_profiles(db: Database) -> None:
    """The id of a reader's profile, and the day of its delivery, from which the warranty counts."""
    for column in ("profile", "delivered_on"):
        db.execute(f"ALTER TABLE readers ADD COLUMN {column} TEXT")
