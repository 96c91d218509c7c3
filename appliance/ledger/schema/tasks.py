"""What a person has to do."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0010_tasks")
def tasks(db: Database) -> None:
    """Tasks, one open at a time for a kind and the row that it is about."""
    db.execute(
        """CREATE TABLE tasks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            revision INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            code TEXT NOT NULL,
            raised_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dismissed')),
            done_by TEXT,
            done_at TEXT,
            outcome TEXT
        ) STRICT"""
    )
    db.execute("CREATE UNIQUE INDEX tasks_open ON tasks (kind, subject) WHERE state = 'open'")
    db.execute("CREATE INDEX tasks_revision ON tasks (revision)")
    db.execute("CREATE INDEX tasks_subject ON tasks (subject)")


@MIGRATIONS(name="0010_what_was_assumed")
def what_was_assumed(db: Database) -> None:
    """How somebody was received before the answer, what that differs in from it, and the month's visits without a known insurance."""
    db.execute(
        """CREATE TABLE assumptions (
            check_id TEXT PRIMARY KEY REFERENCES checks (id),
            by TEXT NOT NULL,
            percent INTEGER,
            known TEXT NOT NULL,
            said_by TEXT NOT NULL,
            said_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE findings (
            check_id TEXT PRIMARY KEY REFERENCES checks (id),
            finding TEXT NOT NULL,
            answer TEXT NOT NULL REFERENCES checks (id),
            found_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE follow_ups (
            check_id TEXT PRIMARY KEY REFERENCES checks (id),
            of TEXT NOT NULL REFERENCES checks (id)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX follow_ups_of ON follow_ups (of)")
    db.execute(
        """CREATE TABLE resolutions (
            check_id TEXT PRIMARY KEY REFERENCES checks (id),
            how TEXT NOT NULL,
            answer TEXT REFERENCES checks (id),
            closed_by TEXT,
            closed_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
