"""The desk: what a person has ticked off, what sync shall do for a consumer, what the clinic owns, trial runs."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0016_desk_ticks")
def desk_ticks(db: Database) -> None:
    """Steps of the set-up that only a person can know to be done."""
    db.execute(
        """CREATE TABLE desk_ticks (
            step TEXT PRIMARY KEY,
            by TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0016_audit_by_day")
def audit_by_day(db: Database) -> None:
    """The audit trail grows for years and is looked through by day."""
    db.execute("CREATE INDEX audit_at ON audit (at)")


@MIGRATIONS(name="0016_account_wishes")
def account_wishes(db: Database) -> None:
    """Consumers whose account at the broker sync shall bring up to date; `anew`: with a new password."""
    db.execute(
        """CREATE TABLE account_wishes (
            consumer TEXT PRIMARY KEY REFERENCES consumers (name),
            anew INTEGER NOT NULL,
            wanted_by TEXT NOT NULL,
            wanted_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0016_settings_in_use")
def settings_in_use(db: Database) -> None:
    """With which settings each process of the box began, and who changed which last."""
    db.execute(
        """CREATE TABLE settings_in_use (
            service TEXT PRIMARY KEY,
            begun_at TEXT NOT NULL,
            settings TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX audit_settings ON audit (subject, seq) WHERE action = 'setting-changed'")


@MIGRATIONS(name="0016_assets")
def assets(db: Database) -> None:
    """What the clinic has and until when: the line, terminals, contracts."""
    db.execute(
        """CREATE TABLE assets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            place TEXT NOT NULL,
            valid_until TEXT,
            note TEXT NOT NULL,
            changed_by TEXT NOT NULL,
            changed_at TEXT NOT NULL
        ) STRICT"""
    )


@MIGRATIONS(name="0016_trials")
def trials(db: Database) -> None:
    """Trial runs (運用テスト) and how each of their steps went. Of a run that is over every step has a row."""
    db.execute(
        """CREATE TABLE trials (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            center TEXT NOT NULL,
            begun_at TEXT NOT NULL,
            begun_by TEXT NOT NULL,
            ended_at TEXT,
            ended_by TEXT
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE trial_steps (
            trial INTEGER NOT NULL REFERENCES trials (id),
            step TEXT NOT NULL,
            outcome TEXT NOT NULL,
            note TEXT NOT NULL,
            by TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (trial, step)
        ) STRICT, WITHOUT ROWID"""
    )
