"""Checks, results and deliveries, readers and accounts, the folders."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0001_checks")
def checks(db: Database) -> None:
    """Checks, their results, and what has to be handed to whom."""
    db.execute(
        """CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT"""
    )
    db.execute("INSERT INTO counter VALUES (1, 0)")
    db.execute(
        """CREATE TABLE checks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            revision INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('received', 'waiting', 'asking', 'answered', 'refused', 'withdrawn')),
            origin TEXT NOT NULL,
            reader TEXT,
            institution_code TEXT NOT NULL,
            request_xml BLOB,
            evidence TEXT,
            consents TEXT,
            asked_by TEXT,
            source_name TEXT,
            source_mark TEXT UNIQUE,
            received_at TEXT NOT NULL,
            day TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            deferred INTEGER NOT NULL DEFAULT 0,
            next_try_at TEXT,
            owner TEXT,
            owned_until TEXT,
            trouble_code TEXT,
            trouble_detail TEXT,
            answered_at TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX checks_day ON checks (day, seq)")
    db.execute("CREATE INDEX checks_open ON checks (seq) WHERE state IN ('received', 'waiting', 'asking')")
    db.execute("CREATE INDEX checks_revision ON checks (revision)")
    db.execute(
        """CREATE TABLE results (
            check_id TEXT PRIMARY KEY REFERENCES checks (id),
            xml BLOB NOT NULL,
            qualification_validity TEXT,
            answered_at TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE consumers (
            name TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('mqtt', 'folder')),
            enabled INTEGER NOT NULL DEFAULT 1,
            created_at TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE deliveries (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            check_id TEXT NOT NULL REFERENCES checks (id),
            consumer TEXT NOT NULL REFERENCES consumers (name),
            state TEXT NOT NULL CHECK (state IN ('pending', 'acknowledged', 'dead')),
            tries INTEGER NOT NULL DEFAULT 0,
            next_offer_at TEXT NOT NULL,
            acknowledged_at TEXT,
            trouble_code TEXT,
            UNIQUE (check_id, consumer)
        ) STRICT"""
    )
    db.execute("CREATE INDEX deliveries_pending ON deliveries (consumer, seq) WHERE state = 'pending'")


@MIGRATIONS(name="0002_people_and_readers")
def people_and_readers(db: Database) -> None:
    """Readers by serial number, accounts with their sign-ins, the audit trail, the box's conditions."""
    db.execute(
        """CREATE TABLE readers (
            key TEXT PRIMARY KEY,
            number INTEGER NOT NULL UNIQUE,
            label TEXT NOT NULL,
            enabled INTEGER NOT NULL DEFAULT 1,
            phase TEXT NOT NULL,
            visit TEXT,
            tries_left INTEGER,
            trouble_code TEXT,
            staff_called INTEGER NOT NULL DEFAULT 0,
            changed_at TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE accounts (
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            enabled INTEGER NOT NULL DEFAULT 1,
            created_at TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE sign_ins (
            token_hash TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (name),
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE audit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE conditions (
            name TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            trouble_code TEXT,
            since TEXT NOT NULL
        ) STRICT"""
    )


@MIGRATIONS(name="0003_at_the_desk")
def at_the_desk(db: Database) -> None:
    """Which document a check was typed from, and who has seen an answer that needs a person."""
    for column in ("document", "seen_by", "seen_at"):
        db.execute(f"ALTER TABLE checks ADD COLUMN {column} TEXT")


@MIGRATIONS(name="0004_terminal")
def terminal(db: Database) -> None:
    """What was asked through an official terminal's folders, under which name; which card results came from there."""
    db.execute(
        """CREATE TABLE terminal_requests (
            suffix TEXT PRIMARY KEY,
            check_id TEXT NOT NULL UNIQUE REFERENCES checks (id),
            chosen_at TEXT NOT NULL,
            sent_at TEXT,
            settled_at TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX terminal_requests_open ON terminal_requests (suffix) WHERE settled_at IS NULL")
    db.execute(
        """CREATE TABLE terminal_faces (
            mark TEXT PRIMARY KEY,
            check_id TEXT NOT NULL REFERENCES checks (id),
            taken_at TEXT NOT NULL
        ) STRICT"""
    )


@MIGRATIONS(name="0005_folders")
def folders(db: Database) -> None:
    """Questions of every family; several folders with rules of their own; which files lie there and are ours."""
    db.execute("ALTER TABLE checks ADD COLUMN family TEXT NOT NULL DEFAULT 'OQSsiquc01'")
    db.execute("ALTER TABLE checks ADD COLUMN lane INTEGER NOT NULL DEFAULT 0")
    db.execute("DROP INDEX checks_open")
    db.execute(
        "CREATE INDEX checks_open ON checks (lane, seq) WHERE state IN ('received', 'waiting', 'asking')"
    )
    db.execute("CREATE INDEX checks_names ON checks (asked_by, source_name) WHERE source_name IS NOT NULL")
    for column in ("root TEXT", "zip_password_file TEXT", "stay_minutes INTEGER", "encoding TEXT"):
        db.execute(f"ALTER TABLE consumers ADD COLUMN {column}")
    for column in ("placed TEXT", "cleared_at TEXT"):
        db.execute(f"ALTER TABLE deliveries ADD COLUMN {column}")
    db.execute(
        """CREATE INDEX deliveries_placed ON deliveries (consumer, acknowledged_at)
           WHERE placed IS NOT NULL AND cleared_at IS NULL"""
    )
