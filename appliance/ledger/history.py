"""A patient's history: what was answered before about the same card or the same numbers, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.checks import Check, Origin, touch
from appliance.ledger.database import Ledger
from appliance.ledger.schema.history import short_mark
from appliance.ledger.times import from_text

_COMPARED = 8
"""Nobody looks further back than so many checks of a patient."""


@dataclass(frozen=True)
class Earlier:
    """One earlier check that was answered, without what was asked or answered."""

    id: str
    origin: Origin
    received_at: datetime
    qualification_validity: str


def note_in(db: Database, check_id: str, marks: Iterable[str], validity: str) -> None:
    """Remember what was answered about the card and the numbers behind these marks, inside that transaction.

    Later checks of the same that were answered before this one are shown anew: they are compared with what came before them.
    """
    found = {short_mark(mark) for mark in marks}
    db.conn.executemany(
        "INSERT OR REPLACE INTO histories SELECT ?, seq, id, origin, received_at, ? FROM checks WHERE id = ?",
        [(mark, validity, check_id) for mark in found],
    )
    later = {
        row["check_id"]
        for mark in found
        for row in db.execute(
            """SELECT check_id FROM histories WHERE mark = ? AND seq > (SELECT seq FROM checks WHERE id = ?)
               ORDER BY seq LIMIT ?""",
            [mark, check_id, _COMPARED],
        )
    }
    for one in later:
        touch(db, one)


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
