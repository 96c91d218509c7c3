"""What consumers may ask for, and what they have asked for."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0023_consumer_terms")
def consumer_terms(db: Database) -> None:
    """What a consumer may do beside taking results, a row each."""
    db.execute(
        """CREATE TABLE consumer_terms (
            consumer TEXT NOT NULL REFERENCES consumers (name),
            term TEXT NOT NULL,
            PRIMARY KEY (consumer, term)
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0023_consumer_requests")
def consumer_requests(db: Database) -> None:
    """Requests of consumers, each by the consumer's own id; `check_id` is the check it opened, or joined."""
    db.execute(
        """CREATE TABLE consumer_requests (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            consumer TEXT NOT NULL REFERENCES consumers (name),
            request_id TEXT NOT NULL,
            operation TEXT NOT NULL,
            digest TEXT NOT NULL,
            taken_at TEXT NOT NULL,
            check_id TEXT REFERENCES checks (id),
            delivery_id TEXT,
            count INTEGER,
            next_cursor TEXT,
            more INTEGER NOT NULL DEFAULT 0,
            UNIQUE (consumer, request_id)
        ) STRICT"""
    )
    db.execute("CREATE INDEX consumer_requests_taken ON consumer_requests (consumer, taken_at)")
    db.execute(
        "CREATE INDEX consumer_requests_check ON consumer_requests (check_id, consumer) WHERE check_id IS NOT NULL"
    )
    # 1: offered anew, though it was acknowledged before or answered before the consumer was there.
    db.execute("ALTER TABLE deliveries ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX results_answered ON results (answered_at, check_id)")
