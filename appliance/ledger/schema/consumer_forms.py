"""In which form a consumer wants its results."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0032_consumer_forms")
def consumer_forms(db: Database) -> None:
    """The form of results, empty: the box's own JSON."""
    db.execute("ALTER TABLE consumers ADD COLUMN form TEXT NOT NULL DEFAULT ''")
