"""What statistics and money pages keep: figures that only people know, troubles at readers, quotes of vendors."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0016_statistics")
def statistics(db: Database) -> None:
    """Figures by month, what went wrong at a reader before there was a check, and quotes."""
    db.execute(
        """CREATE TABLE figures (
            month TEXT NOT NULL,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            entered_by TEXT NOT NULL,
            entered_at TEXT NOT NULL,
            PRIMARY KEY (month, name)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE visit_troubles (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            reader TEXT NOT NULL,
            code TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX visit_troubles_at ON visit_troubles (at)")
    db.execute(
        """CREATE TABLE quotes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            vendor TEXT NOT NULL,
            can_do TEXT NOT NULL,
            reader TEXT NOT NULL,
            terminal_yen INTEGER NOT NULL,
            line_yen INTEGER NOT NULL,
            change_yen INTEGER NOT NULL,
            other_yen INTEGER NOT NULL,
            yearly_yen INTEGER NOT NULL,
            lead_weeks INTEGER,
            our_work TEXT NOT NULL,
            their_work TEXT NOT NULL,
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL
        ) STRICT"""
    )
    # Counting a year must not read the checks themselves: evidence and messages are what takes long to read.
    db.execute("CREATE INDEX checks_counted ON checks (day, origin, family)")
    db.execute("CREATE INDEX checks_withdrawn ON checks (day) WHERE state = 'withdrawn'")
