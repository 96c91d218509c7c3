"""What the self-diagnosis finds, the last word of each check, each morning's report, and when the clock was set."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0042_health")
def health(db: Database) -> None:
    """A finding stands until `ended_at`; `form` and `terms` (JSON) make its sentence. `suggestions` are separated by spaces."""
    db.execute(
        """CREATE TABLE health_findings (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            check_name TEXT NOT NULL,
            subject TEXT NOT NULL,
            code TEXT NOT NULL,
            severity TEXT NOT NULL CHECK (severity IN ('wait', 'stop')),
            form TEXT NOT NULL,
            terms TEXT NOT NULL,
            suggestions TEXT NOT NULL,
            since_at TEXT NOT NULL,
            ended_at TEXT
        ) STRICT"""
    )
    db.execute(
        """CREATE UNIQUE INDEX health_findings_standing ON health_findings (check_name, subject, code)
           WHERE ended_at IS NULL"""
    )
    db.execute("CREATE INDEX health_findings_ended ON health_findings (ended_at) WHERE ended_at IS NOT NULL")
    db.execute(
        """CREATE TABLE health_words (
            check_name TEXT PRIMARY KEY,
            is_known INTEGER NOT NULL,
            form TEXT NOT NULL,
            terms TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0043_health_mornings")
def health_mornings(db: Database) -> None:
    """What all checks said before opening, once for each day in Japan; `report` is JSON."""
    db.execute(
        """CREATE TABLE health_mornings (
            day TEXT PRIMARY KEY,
            at TEXT NOT NULL,
            report TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0044_clock_steps")
def clock_steps(db: Database) -> None:
    """When the running box's clock was set, and by how many seconds: negative is back."""
    db.execute(
        """CREATE TABLE clock_steps (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            seconds REAL NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX clock_steps_at ON clock_steps (at)")
