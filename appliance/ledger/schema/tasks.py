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
