"""What goes on with the center beside a single check: bulk runs, certificates, the line."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0006_bulk")
def bulk(db: Database) -> None:
    """Bulk runs, their people and the chunks they are asked in; what is known of whose insurance, to compare with."""
    db.execute(
        """CREATE TABLE bulk_runs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            revision INTEGER NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            at_night INTEGER NOT NULL DEFAULT 1,
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL,
            mark TEXT UNIQUE,
            terms TEXT NOT NULL,
            problems TEXT NOT NULL,
            sent_at TEXT,
            ended_at TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX bulk_runs_revision ON bulk_runs (revision)")
    db.execute(
        """CREATE TABLE bulk_people (
            run_id TEXT NOT NULL REFERENCES bulk_runs (id),
            place INTEGER NOT NULL,
            chunk INTEGER NOT NULL,
            line INTEGER,
            asked TEXT NOT NULL,
            urgency INTEGER,
            found TEXT,
            PRIMARY KEY (run_id, place)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX bulk_people_urgency ON bulk_people (run_id, urgency, place)")
    db.execute(
        """CREATE TABLE bulk_chunks (
            run_id TEXT NOT NULL REFERENCES bulk_runs (id),
            number INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('waiting', 'sending', 'accepted', 'fetching', 'done', 'failed')),
            check_id TEXT UNIQUE REFERENCES checks (id),
            reception_number TEXT,
            accepted_at TEXT,
            fetch_at TEXT,
            trouble_code TEXT,
            PRIMARY KEY (run_id, number)
        ) STRICT"""
    )
    db.execute(
        """CREATE INDEX bulk_chunks_open ON bulk_chunks (run_id, number)
           WHERE state IN ('waiting', 'sending', 'accepted', 'fetching')"""
    )
    db.execute(
        """CREATE TABLE known_insurances (
            mark TEXT PRIMARY KEY,
            facts TEXT NOT NULL,
            answered_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        "CREATE TABLE known_until (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT"
    )
    db.execute("INSERT INTO known_until VALUES (1, 0)")


@MIGRATIONS(name="0007_certificates")
def certificates(db: Database) -> None:
    """The clinic's certificates, their public side: one in use for each institution code, others beside it."""
    db.execute(
        """CREATE TABLE certificates (
            fingerprint TEXT PRIMARY KEY,
            institution_code TEXT NOT NULL,
            place TEXT NOT NULL CHECK (place IN ('offered', 'waiting', 'active', 'retired')),
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            chain TEXT NOT NULL,
            anchored INTEGER NOT NULL,
            not_before TEXT NOT NULL,
            not_after TEXT NOT NULL,
            added_by TEXT NOT NULL,
            added_at TEXT NOT NULL,
            kept TEXT NOT NULL,
            refused_at TEXT
        ) STRICT"""
    )
    db.execute(
        "CREATE UNIQUE INDEX certificates_active ON certificates (institution_code) WHERE place = 'active'"
    )


@MIGRATIONS(name="0007_line")
def line(db: Database) -> None:
    """How the line to the center stood, what was asked over it and how that ended, and what was found out about it."""
    db.execute(
        """CREATE TABLE line_states (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            phase TEXT NOT NULL CHECK (phase IN ('unknown', 'normal', 'slow', 'stopped', 'confirming', 'held')),
            code TEXT,
            actor TEXT
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE requests_log (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            check_id TEXT,
            family TEXT NOT NULL,
            begun TEXT NOT NULL,
            ended TEXT NOT NULL,
            seconds REAL NOT NULL,
            code TEXT,
            layer TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX requests_log_begun ON requests_log (begun)")
    db.execute(
        """CREATE TABLE line_checks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            wanted_by TEXT NOT NULL,
            wanted_at TEXT NOT NULL,
            done_at TEXT,
            code TEXT,
            report TEXT
        ) STRICT"""
    )
    for column in ("asking_since", "resend_after"):
        db.execute(f"ALTER TABLE checks ADD COLUMN {column} TEXT")
