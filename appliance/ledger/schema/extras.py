"""What consumers get beside results: what each was given and why, and the notices owed to them."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0024_consumer_extras")
def consumer_extras(db: Database) -> None:
    """What a consumer gets beside results, a row each, with the purpose where one has to be said."""
    db.execute(
        """CREATE TABLE consumer_extras (
            consumer TEXT NOT NULL REFERENCES consumers (name),
            extra TEXT NOT NULL,
            scope TEXT NOT NULL,
            purpose TEXT NOT NULL,
            given_by TEXT NOT NULL,
            given_at TEXT NOT NULL,
            PRIMARY KEY (consumer, extra)
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0024_notices")
def notices(db: Database) -> None:
    """Notices owed to consumers: a task as it stood at a revision, or the answer to a medical question. No row has content."""
    db.execute(
        """CREATE TABLE notices (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            consumer TEXT NOT NULL REFERENCES consumers (name),
            kind TEXT NOT NULL CHECK (kind IN ('task', 'medical')),
            subject TEXT NOT NULL,
            revision INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'acknowledged', 'dead')),
            tries INTEGER NOT NULL DEFAULT 0,
            next_offer_at TEXT NOT NULL,
            made_at TEXT NOT NULL,
            acknowledged_at TEXT,
            expired_at TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX notices_pending ON notices (consumer, seq) WHERE state = 'pending'")
    db.execute("CREATE UNIQUE INDEX notices_once ON notices (subject, consumer, kind, revision)")


@MIGRATIONS(name="0034_notices_given_up")
def notices_given_up(db: Database) -> None:
    """Notices that cannot be made into a message: when that was found, and because of which trouble."""
    for column in ("given_up_at TEXT", "reason_code TEXT"):
        db.execute(f"ALTER TABLE notices ADD COLUMN {column}")
    db.execute("CREATE INDEX notices_given_up ON notices (seq) WHERE given_up_at IS NOT NULL")
