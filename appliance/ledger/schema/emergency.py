"""Medical information opened in an emergency by who has no right to it."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0045_emergency_openings")
def emergency_openings(db: Database) -> None:
    """Who opened, for which reason, whose information, until when, and what an administrator found of it."""
    db.execute(
        """CREATE TABLE emergency_openings (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            account TEXT NOT NULL REFERENCES accounts (name),
            sign_in TEXT NOT NULL,
            why TEXT NOT NULL,
            words TEXT NOT NULL,
            begun_at TEXT NOT NULL,
            until TEXT NOT NULL,
            check_id TEXT,
            ended_at TEXT,
            ended_by TEXT,
            reviewed_at TEXT,
            reviewed_by TEXT,
            verdict TEXT,
            note TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX emergency_openings_begun ON emergency_openings (begun_at)")
    db.execute("CREATE INDEX emergency_openings_open ON emergency_openings (until) WHERE ended_at IS NULL")
    db.execute("CREATE INDEX emergency_openings_new ON emergency_openings (seq) WHERE reviewed_at IS NULL")
    db.execute("CREATE INDEX emergency_openings_done ON emergency_openings (reviewed_at)")
