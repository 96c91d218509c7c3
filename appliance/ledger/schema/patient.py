"""What a visit at the reader needs beside its phase."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0013_visits")
def visits(db: Database) -> None:
    """The ways open at a reader, how its screen is shown, whether a card was left; what exactly was agreed to."""
    db.execute("ALTER TABLE readers ADD COLUMN ways TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE readers ADD COLUMN way TEXT")
    db.execute("ALTER TABLE readers ADD COLUMN language TEXT NOT NULL DEFAULT 'ja'")
    db.execute("ALTER TABLE readers ADD COLUMN display TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE readers ADD COLUMN card_left INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE readers ADD COLUMN hint TEXT")
    db.execute("ALTER TABLE readers ADD COLUMN sight INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE checks ADD COLUMN consent_record TEXT")
