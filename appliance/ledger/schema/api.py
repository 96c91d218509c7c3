"""Consumers that fetch over HTTP, and the tokens by which they are known."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS

_BEFORE = "CHECK (kind IN ('mqtt', 'folder'))"
_AGAIN = "OLD.state != 'pending' OR NEW.tries < OLD.tries"
_NOW = "CHECK (kind IN ('mqtt', 'folder', 'api'))"
_OWED = (
    ("deliveries_owed", "INSERT ON deliveries WHEN NEW.state = 'pending'"),
    ("deliveries_owed_again", f"UPDATE ON deliveries WHEN NEW.state = 'pending' AND ({_AGAIN})"),
)


@MIGRATIONS(name="0030_api_consumers")
def api_consumers(db: Database) -> None:
    """A third kind of consumer. SQLite changes no CHECK: the table is made anew, with the columns it has by now."""
    found = db.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'consumers'").fetchone()
    made_so = found[0]
    if _BEFORE not in made_so:
        raise AssertionError("the table of consumers is not as its migrations made it")
    # What refers to a consumer finds it again before the transaction ends, which is when SQLite then looks.
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("CREATE TABLE consumers_kept AS SELECT * FROM consumers")
    db.execute("DROP TABLE consumers")
    db.execute(made_so.replace(_BEFORE, _NOW))
    db.execute("INSERT INTO consumers SELECT * FROM consumers_kept")
    db.execute("DROP TABLE consumers_kept")


@MIGRATIONS(name="0030_delivery_turns")
def delivery_turns(db: Database) -> None:
    """In which order deliveries became owed, those that are owed once more anew: the place of a consumer that reads on.

    By triggers, because many hands make a delivery owed, and one that forgot the turn would hide it from such a
    consumer for ever. Those of before have none: no consumer of theirs reads on.
    """
    db.execute("ALTER TABLE deliveries ADD COLUMN turn INTEGER")
    db.execute("CREATE UNIQUE INDEX deliveries_turn ON deliveries (turn) WHERE turn IS NOT NULL")
    db.execute("CREATE INDEX deliveries_in_turn ON deliveries (consumer, turn) WHERE state = 'pending'")
    for name, event in _OWED:
        db.execute(
            f"""CREATE TRIGGER {name} AFTER {event} BEGIN
                UPDATE deliveries SET turn = (SELECT 1 + coalesce(max(turn), 0) FROM deliveries WHERE turn IS NOT NULL)
                WHERE seq = NEW.seq; END"""
        )


@MIGRATIONS(name="0031_api_tokens")
def api_tokens(db: Database) -> None:
    """Tokens as their hashes: each of one consumer, or, without one, for the figures of the box alone."""
    db.execute(
        """CREATE TABLE api_tokens (
            id TEXT PRIMARY KEY,
            consumer TEXT REFERENCES consumers (name),
            secret_hash TEXT NOT NULL,
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL,
            revoked_at TEXT
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX api_tokens_consumer ON api_tokens (consumer) WHERE revoked_at IS NULL")


@MIGRATIONS(name="0033_delivery_turns_counted")
def delivery_turns_counted(db: Database) -> None:
    """No turn is given twice: the delivery that had the newest may be gone, and whoever read on to it would miss its successor."""
    db.execute("CREATE TABLE delivery_turns (last INTEGER NOT NULL) STRICT")
    db.execute(
        "INSERT INTO delivery_turns SELECT coalesce(max(turn), 0) FROM deliveries WHERE turn IS NOT NULL"
    )
    for name, event in _OWED:
        db.execute(f"DROP TRIGGER {name}")
        db.execute(
            f"""CREATE TRIGGER {name} AFTER {event} BEGIN
                UPDATE delivery_turns SET last = last + 1;
                UPDATE deliveries SET turn = (SELECT last FROM delivery_turns) WHERE seq = NEW.seq; END"""
        )
