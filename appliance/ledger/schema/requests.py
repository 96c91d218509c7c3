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


@MIGRATIONS(name="0034_result_places")
def result_places(db: Database) -> None:
    """In which order answers were written down, whatever the clock said: the place from which a replay goes on.

    No place is given twice, though answers may be forgotten. `highest` is the latest moment of an answer up to there, which
    a clock that is set back never lessens: so the first answer since a moment is found in one step.
    """
    db.execute(
        """CREATE TABLE result_places (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            check_id TEXT NOT NULL UNIQUE,
            highest TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX result_places_highest ON result_places (highest)")
    db.execute(
        """INSERT INTO result_places (check_id, highest)
           SELECT check_id, answered_at FROM results ORDER BY answered_at, check_id"""
    )
    db.execute("DROP INDEX results_answered")
    db.execute(
        """CREATE TRIGGER results_placed AFTER INSERT ON results BEGIN
           INSERT INTO result_places (check_id, highest) VALUES (NEW.check_id, max(NEW.answered_at,
               coalesce((SELECT highest FROM result_places ORDER BY place DESC LIMIT 1), ''))); END"""
    )
    db.execute(
        """CREATE TRIGGER results_forgotten AFTER DELETE ON results BEGIN
           DELETE FROM result_places WHERE check_id = OLD.check_id; END"""
    )
