"""The queue: what was given up and why, which card a check was about, and the last answer for each card and numbers."""

from sqlite_utils import Database

from appliance.ledger import evidence_text
from appliance.ledger.card_marks import card_mark
from appliance.ledger.schema.base import MIGRATIONS

_AT_A_TIME = 500


@MIGRATIONS(name="0008_queue")
def queue(db: Database) -> None:
    """Failures that are a check's or a delivery's own, dead letters, marks of cards, last answers."""
    for column in (
        "card_mark TEXT",
        "own_failures INTEGER NOT NULL DEFAULT 0",
        "failed_at TEXT",
        "reason_code TEXT",
        "given_up_at TEXT",
    ):
        db.execute(f"ALTER TABLE checks ADD COLUMN {column}")
    for column in (
        "own_failures INTEGER NOT NULL DEFAULT 0",
        "failed_at TEXT",
        "reason_code TEXT",
        "given_up_at TEXT",
        "refusal TEXT",
    ):
        db.execute(f"ALTER TABLE deliveries ADD COLUMN {column}")
    db.execute("CREATE INDEX checks_card ON checks (card_mark, seq) WHERE card_mark IS NOT NULL")
    for table in ("checks", "deliveries"):
        db.execute(f"CREATE INDEX {table}_given_up ON {table} (seq) WHERE given_up_at IS NOT NULL")
    db.execute(
        """CREATE TABLE last_answers (
            mark TEXT PRIMARY KEY,
            check_id TEXT NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
            qualification_validity TEXT NOT NULL,
            answered_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    _mark_cards(db)
    db.execute(
        """INSERT OR REPLACE INTO last_answers
           SELECT card_mark, id, qualification_validity, results.answered_at FROM checks
           JOIN results ON results.check_id = checks.id
           WHERE card_mark IS NOT NULL AND state = 'answered' AND qualification_validity IS NOT NULL
           ORDER BY results.answered_at"""
    )


def _mark_cards(db: Database) -> None:
    last = 0
    while True:
        rows = db.execute(
            "SELECT seq, evidence FROM checks WHERE seq > ? AND evidence IS NOT NULL ORDER BY seq LIMIT ?",
            [last, _AT_A_TIME],
        ).fetchall()
        for row in rows:
            db.execute("UPDATE checks SET card_mark = ? WHERE seq = ?", [_mark(row["evidence"]), row["seq"]])
        if not rows:
            return
        last = rows[-1]["seq"]


def _mark(evidence: str) -> str | None:
    try:
        return card_mark(evidence_text.load(evidence))
    except (ValueError, KeyError, TypeError):
        return None
