"""Earlier checks of the same person, found by the card or by the numbers."""

import hashlib

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS

NEEDS_PERSON = "coalesce(qualification_validity, '') NOT IN ('1', '6')"
"""Of a result: neither 有効 nor 有効（未登録）. The words of the index; a query must repeat them."""

_AT_A_TIME = 500


@MIGRATIONS(name="0012_history")
def history(db: Database) -> None:
    """Short ways to what is rare among many checks."""
    # What still needs a person is rare among a month's checks, and the answers themselves are what takes long to read.
    db.execute(f"CREATE INDEX results_needing ON results (answered_at) WHERE {NEEDS_PERSON}")
    db.execute("CREATE INDEX checks_refused ON checks (day) WHERE state = 'refused' AND seen_at IS NULL")
    db.execute("CREATE INDEX requests_log_check ON requests_log (check_id) WHERE check_id IS NOT NULL")


@MIGRATIONS(name="0012_history_rows")
def history_rows(db: Database) -> None:
    """What was answered about a card and about numbers, all of one patient side by side in the file.

    Numbers of what was answered before stay unknown: they would have to be read out of every stored answer.
    """
    db.execute("DROP TABLE IF EXISTS histories")
    db.execute(
        """CREATE TABLE histories (
            mark BLOB NOT NULL,
            seq INTEGER NOT NULL REFERENCES checks (seq) ON DELETE CASCADE,
            check_id TEXT NOT NULL,
            origin TEXT NOT NULL,
            received_at TEXT NOT NULL,
            qualification_validity TEXT NOT NULL,
            PRIMARY KEY (mark, seq)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX histories_check ON histories (seq)")
    _note_cards(db)


def _note_cards(db: Database) -> None:
    last = 0
    while True:
        rows = db.execute(
            """SELECT seq, id, card_mark, origin, received_at, qualification_validity FROM checks
               JOIN results ON results.check_id = checks.id
               WHERE seq > ? AND card_mark IS NOT NULL AND qualification_validity IS NOT NULL
               ORDER BY seq LIMIT ?""",
            [last, _AT_A_TIME],
        ).fetchall()
        db.conn.executemany(
            "INSERT INTO histories VALUES (?, ?, ?, ?, ?, ?)",
            [(short_mark(row["card_mark"]), row["seq"], row["id"], *tuple(row)[3:]) for row in rows],
        )
        if not rows:
            return
        last = rows[-1]["seq"]


def short_mark(mark: str) -> bytes:
    """What stands for a mark in a million rows: half as long, and no two patients share it by chance either."""
    return hashlib.sha256(mark.encode()).digest()[:16]
