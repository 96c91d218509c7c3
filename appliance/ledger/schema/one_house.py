"""Two institution codes in one house, and lists of people that consumers hand in."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0012_one_house")
def one_house(db: Database) -> None:
    """Under which code a reader, a folder or a bulk run asks; which consumer may hand in lists, and handed in a run."""
    db.execute("ALTER TABLE readers ADD COLUMN institution_code TEXT")
    for column in ("lists", "institution_code"):
        db.execute(f"ALTER TABLE consumers ADD COLUMN {column} TEXT")
    for column in ("institution_code", "consumer", "request_id", "digest"):
        db.execute(f"ALTER TABLE bulk_runs ADD COLUMN {column} TEXT")
    db.execute("CREATE INDEX bulk_runs_consumer ON bulk_runs (consumer, seq) WHERE consumer IS NOT NULL")
