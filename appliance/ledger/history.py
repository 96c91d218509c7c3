"""A patient's history: the earlier checks of the same card or the same numbers, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.checks import Check, CheckState, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text

_MARK_BYTES = 16
"""Half of a SHA-256: a million checks of which two share it by chance are not to be had."""


@dataclass(frozen=True)
class Earlier:
    """One earlier check, without what was asked or answered."""

    id: str
    state: CheckState
    origin: Origin
    received_at: datetime
    qualification_validity: str | None


def note_in(db: Database, check_id: str, marks: Iterable[str]) -> None:
    """Remember that a check is about the numbers behind these marks (hex), inside the transaction that answers it."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO histories SELECT ?, seq FROM checks WHERE id = ?",
        [(bytes.fromhex(mark)[:_MARK_BYTES], check_id) for mark in marks],
    )


def before(ledger: Ledger, check: Check, limit: int) -> tuple[Earlier, ...]:
    """The newest `limit` checks before `check` of the same card or of numbers that its own answer has."""
    rows = ledger.read.execute(
        """SELECT id, state, origin, received_at, qualification_validity
           FROM checks LEFT JOIN results ON results.check_id = checks.id
           WHERE seq IN (
               SELECT seq FROM (SELECT seq FROM checks WHERE card_mark = :card AND seq < :seq
                                ORDER BY seq DESC LIMIT :limit)
               UNION
               SELECT seq FROM (SELECT other.seq FROM histories AS own CROSS JOIN histories AS other USING (mark)
                                WHERE own.seq = :seq AND other.seq < :seq ORDER BY other.seq DESC LIMIT :limit))
           ORDER BY seq DESC LIMIT :limit""",
        {"card": check.card_mark, "seq": check.seq, "limit": limit},
    )
    return tuple(
        Earlier(
            row["id"],
            CheckState(row["state"]),
            Origin(row["origin"]),
            from_text(row["received_at"]),
            row["qualification_validity"],
        )
        for row in rows
    )
