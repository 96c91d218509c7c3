"""Who may use the pages, beside accounts and sign-ins themselves: the first start, passkeys, codes that are handed over."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0034_first_start")
def first_start(db: Database) -> None:
    """The one code that makes the first administrator, as a hash, and how often another one was typed."""
    db.execute(
        """CREATE TABLE set_up_code (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            hash TEXT NOT NULL,
            made_at TEXT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0
        ) STRICT"""
    )


@MIGRATIONS(name="0034_second_ways")
def second_ways(db: Database) -> None:
    """Passkeys, codes for setting up a first second factor, and what a sign-in is in the middle of."""
    db.execute(
        """CREATE TABLE passkeys (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (name),
            name TEXT NOT NULL,
            rp_id TEXT NOT NULL,
            public_key BLOB NOT NULL,
            sign_count INTEGER NOT NULL,
            made_at TEXT NOT NULL,
            used_at TEXT
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX passkeys_account ON passkeys (account)")
    db.execute(
        """CREATE TABLE enrolment_codes (
            account TEXT PRIMARY KEY REFERENCES accounts (name),
            hash TEXT NOT NULL,
            made_at TEXT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("ALTER TABLE sign_ins ADD COLUMN enrol_at TEXT")
    db.execute("ALTER TABLE sign_ins ADD COLUMN challenge BLOB")
    db.execute("ALTER TABLE sign_ins ADD COLUMN challenge_at TEXT")


@MIGRATIONS(name="0034_locked_sign_ins")
def locked_sign_ins(db: Database) -> None:
    """Sign-ins that rest until their password is given again."""
    db.execute("ALTER TABLE sign_ins ADD COLUMN locked_at TEXT")


@MIGRATIONS(name="0034_screens")
def screens(db: Database) -> None:
    """Touch displays bound to their device, and the codes that bind one."""
    db.execute(
        """CREATE TABLE screens (
            id TEXT PRIMARY KEY,
            label TEXT NOT NULL,
            code_hash TEXT,
            code_at TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            token_hash TEXT UNIQUE,
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL,
            paired_at TEXT,
            seen_at TEXT
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0034_maintenance_windows")
def maintenance_windows(db: Database) -> None:
    """When an account of the role 保守 may sign in: by whom it was approved, for what, until when."""
    db.execute(
        """CREATE TABLE maintenance_windows (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL REFERENCES accounts (name),
            purpose TEXT NOT NULL,
            approved_by TEXT NOT NULL,
            begun_at TEXT NOT NULL,
            until TEXT NOT NULL,
            ended_at TEXT,
            ended_by TEXT
        ) STRICT"""
    )
    db.execute(
        "CREATE INDEX maintenance_windows_open ON maintenance_windows (account, until) WHERE ended_at IS NULL"
    )


@MIGRATIONS(name="0041_own_accounts")
def own_accounts(db: Database) -> None:
    """Passwords that somebody else gave, and what each sign-in was made at."""
    db.execute("ALTER TABLE accounts ADD COLUMN given_at TEXT")
    db.execute("ALTER TABLE sign_ins ADD COLUMN device TEXT NOT NULL DEFAULT ''")
