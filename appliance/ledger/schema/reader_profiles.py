"""What model a reader is, since when the clinic has it, how far its recovery has got, what its test has found."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0014_reader_profiles")
def reader_profiles(db: Database) -> None:
    """The id of a reader's profile, and the day of its delivery, from which the warranty counts."""
    for column in ("profile", "delivered_on"):
        db.execute(f"ALTER TABLE readers ADD COLUMN {column} TEXT")


@MIGRATIONS(name="0014_reader_recovery")
def reader_recovery(db: Database) -> None:
    """The rung that the recovery of a failing reader stands at, empty while it works."""
    db.execute("ALTER TABLE readers ADD COLUMN recovery TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE readers ADD COLUMN recovery_at TEXT")


@MIGRATIONS(name="0014_reader_self_tests")
def reader_self_tests(db: Database) -> None:
    """The last test of each reader: codes separated by spaces, empty when all was well."""
    db.execute(
        """CREATE TABLE reader_tests (
            key TEXT PRIMARY KEY REFERENCES readers (key),
            at TEXT NOT NULL,
            codes TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0015_reader_test_wishes")
def reader_test_wishes(db: Database) -> None:
    """Who wants the readers tested now; devices takes the row away when it has done so."""
    db.execute(
        """CREATE TABLE reader_test_wishes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            wanted_by TEXT NOT NULL,
            wanted_at TEXT NOT NULL
        ) STRICT"""
    )
