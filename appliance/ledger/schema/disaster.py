"""災害時モード, and who searched for somebody without the card."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0011_disaster")
def disaster(db: Database) -> None:
    """The mode; searches and openings without anybody's name; the keys under which what they say is sealed."""
    db.execute(
        """CREATE TABLE disaster_modes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            area TEXT NOT NULL,
            codes TEXT NOT NULL,
            reason TEXT NOT NULL,
            notice TEXT NOT NULL,
            begins_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            opened_by TEXT NOT NULL,
            opened_at TEXT NOT NULL,
            ended_at TEXT,
            ended_by TEXT
        ) STRICT"""
    )
    db.execute("CREATE UNIQUE INDEX disaster_modes_open ON disaster_modes ((1)) WHERE ended_at IS NULL")
    db.execute(
        """CREATE TABLE disaster_searches (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            mode_id TEXT NOT NULL REFERENCES disaster_modes (id),
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL,
            way TEXT NOT NULL,
            keys TEXT NOT NULL,
            consent TEXT NOT NULL,
            purpose_at TEXT NOT NULL,
            check_id TEXT NOT NULL UNIQUE REFERENCES checks (id),
            forgotten_at TEXT
        ) STRICT"""
    )
    db.execute(
        "CREATE INDEX disaster_searches_kept ON disaster_searches (made_at) WHERE forgotten_at IS NULL"
    )
    db.execute("CREATE INDEX disaster_searches_mode ON disaster_searches (mode_id, made_by)")
    db.execute(
        """CREATE TABLE disaster_openings (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            search_id TEXT NOT NULL REFERENCES disaster_searches (id),
            place INTEGER NOT NULL,
            kind TEXT NOT NULL,
            made_at TEXT NOT NULL,
            prints INTEGER NOT NULL DEFAULT 0,
            check_id TEXT NOT NULL UNIQUE REFERENCES checks (id)
        ) STRICT"""
    )
    db.execute("CREATE INDEX disaster_openings_search ON disaster_openings (search_id)")
    db.execute(
        "CREATE TABLE disaster_keys (search_id TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID"
    )
