"""What the clinical viewer needs: the second factor of an account, and who asked for whose medical information."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0016_second_factor")
def second_factor(db: Database) -> None:
    """The sealed secrets of one-time codes, hashes of recovery codes, and which sign-in has given a code."""
    db.execute("ALTER TABLE sign_ins ADD COLUMN second_at TEXT")
    db.execute(
        """CREATE TABLE second_factors (
            account TEXT PRIMARY KEY REFERENCES accounts (name),
            secret BLOB,
            confirmed_at TEXT,
            last_step INTEGER NOT NULL DEFAULT 0,
            pending BLOB
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE recovery_codes (
            hash TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (name),
            used_at TEXT
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX recovery_codes_account ON recovery_codes (account)")


@MIGRATIONS(name="0017_medical_questions")
def medical_questions(db: Database) -> None:
    """Which medical information was asked for, of which patient's check, by whom; what came of it is sealed."""
    db.execute(
        """CREATE TABLE medical_questions (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            of TEXT NOT NULL REFERENCES checks (id),
            ask TEXT NOT NULL,
            asked_by TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            until TEXT NOT NULL,
            check_id TEXT NOT NULL UNIQUE REFERENCES checks (id),
            forgotten_at TEXT
        ) STRICT"""
    )
    db.execute(
        "CREATE UNIQUE INDEX medical_questions_once ON medical_questions (of, ask) WHERE forgotten_at IS NULL"
    )
    db.execute("CREATE INDEX medical_questions_kept ON medical_questions (until) WHERE forgotten_at IS NULL")
