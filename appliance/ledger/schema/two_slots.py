"""What a box with two versions on its disk has to know of its ledger."""

from sqlite_utils import Database

from appliance.ledger.schema.base import BREAKING, MIGRATIONS


@MIGRATIONS(name="0046_breaking_migrations")
def breaking_migrations(db: Database) -> None:
    """Migrations that a version must know to open the ledger; there are none yet."""
    db.execute(f"CREATE TABLE {BREAKING} (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
