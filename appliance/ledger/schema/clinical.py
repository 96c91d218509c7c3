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
