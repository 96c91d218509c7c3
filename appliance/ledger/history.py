"""A patient's history: what was answered before about the same card or the same numbers, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.checks import Check, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.schema.history import short_mark
from appliance.ledger.times import from_text


@dataclass(frozen=True)
class Earlier:
    """One earlier check that was answered, without what was asked or answered."""

    id: str
    origin: Origin
    received_at: datetime
    qualification_validity: str


def note_in(db: Database, check_id: str, marks: Iterable[str], validity: str) -> None:
    """Remember what was answered about the card and the numbers behind these marks, inside that transaction."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO histories SELECT ?, seq, id, origin, received_at, ? FROM checks WHERE id = ?",
        [(short_mark(mark), validity, check_id) for mark in marks],
    )


def before(ledger: Ledger, check: Check, limit: int) -> tuple[Earlier, ...]:
    """The newest `limit` answered checks before `check` of the same card, or of numbers that its own answer has."""
    rows = ledger.read.execute("SELECT mark FROM histories WHERE seq = ?", [check.seq])
    marks = {row["mark"] for row in rows} | ({short_mark(check.card_mark)} if check.card_mark else set())
    found = {}
    for mark in marks:
        for row in ledger.read.execute(
            "SELECT * FROM histories WHERE mark = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            [mark, check.seq, limit],
        ):
            found[row["seq"]] = row
    return tuple(
        Earlier(
            found[seq]["check_id"],
            Origin(found[seq]["origin"]),
            from_text(found[seq]["received_at"]),
            found[seq]["qualification_validity"],
        )
        for seq in sorted(found, reverse=True)[:limit]
    )
