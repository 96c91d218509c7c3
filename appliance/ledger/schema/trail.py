"""The audit trail as a chain: hashes, signed heads, cuts, how the last look at it went, who has gone through a month."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS
from appliance.ledger.trail.chain import BEGINNING, FIELDS, link

_AT_A_TIME = 1000


@MIGRATIONS(name="0034_audit_chain")
def audit_chain(db: Database) -> None:
    """Old rows are chained in their order; from then on the database itself refuses to change or delete one."""
    db.execute("ALTER TABLE audit ADD COLUMN chain TEXT NOT NULL DEFAULT ''")
    db.execute(
        """CREATE TABLE audit_heads (
            number INTEGER PRIMARY KEY,
            line TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE audit_cuts (
            number INTEGER PRIMARY KEY,
            last_seq INTEGER NOT NULL,
            line TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE audit_looks (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            wanted_at TEXT,
            done_at TEXT,
            rows INTEGER NOT NULL,
            outcome TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE audit_reviews (
            month TEXT PRIMARY KEY,
            by TEXT NOT NULL,
            at TEXT NOT NULL,
            note TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    _chain(db)
    for table in ("audit", "audit_heads", "audit_cuts", "audit_reviews"):
        db.execute(
            f"""CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table}
                BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"""
        )
    for table in ("audit_heads", "audit_cuts", "audit_reviews"):
        db.execute(
            f"""CREATE TRIGGER {table}_lasts BEFORE DELETE ON {table}
                BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"""
        )
    db.execute(
        """CREATE TRIGGER audit_lasts BEFORE DELETE ON audit
           WHEN OLD.seq > (SELECT coalesce(max(last_seq), 0) FROM audit_cuts)
           BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"""
    )


def _chain(db: Database) -> None:
    before, last = BEGINNING, 0
    while True:
        rows = db.execute(
            f"SELECT seq, {', '.join(FIELDS)} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
            [last, _AT_A_TIME],
        ).fetchall()
        for row in rows:
            last, *texts = row
            before = link(before, last, texts)
            db.execute("UPDATE audit SET chain = ? WHERE seq = ?", [before, last])
        if not rows:
            return
