"""The log of requests to the center: which check, when it began and ended, and how. It says nothing about patients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

HEALTH = "health"
"""The family of a question that is about no check: is the center there?"""


@dataclass(frozen=True)
class Asked:
    """One request. `check_id` is None for `HEALTH`; `code` and `layer` say why there was no answer, None when there was.

    `seconds` is how long it took by a clock that nobody sets; `begun` and `ended` are the box's.
    """

    check_id: str | None
    family: str
    begun: datetime
    ended: datetime
    seconds: float
    code: str | None = None
    layer: str | None = None

    @property
    def is_answered(self) -> bool:
        """Whether an answer came that could be read."""
        return self.code is None


def insert(db: Database, asked: Asked) -> None:
    """Append one request, inside a transaction that does more."""
    db.execute(
        "INSERT INTO requests_log (check_id, family, begun, ended, seconds, code, layer) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            asked.check_id,
            asked.family,
            to_text(asked.begun),
            to_text(asked.ended),
            asked.seconds,
            asked.code,
            asked.layer,
        ],
    )


def write(ledger: Ledger, asked: Asked) -> None:
    """Append one request."""
    with ledger.write(Topic.OTHER) as db:
        insert(db, asked)


def between(ledger: Ledger, first: datetime, end: datetime) -> tuple[Asked, ...]:
    """The requests begun from `first` on and before `end`, in the order in which they ended."""
    rows = ledger.read.execute(
        "SELECT * FROM requests_log WHERE begun >= ? AND begun < ? ORDER BY seq",
        [to_text(first), to_text(end)],
    )
    return tuple(_asked(row) for row in rows)


def of_check(ledger: Ledger, check_id: str) -> tuple[Asked, ...]:
    """Every request made for one check, the first one first."""
    rows = ledger.read.execute("SELECT * FROM requests_log WHERE check_id = ? ORDER BY seq", [check_id])
    return tuple(_asked(row) for row in rows)


def prune(ledger: Ledger, before: datetime) -> int:
    """Forget what began before that moment: requests, states that were over by then, old findings. How many requests."""
    with ledger.write(Topic.OTHER) as db:
        return prune_in(db, before)


def prune_in(db: Database, before: datetime) -> int:
    """`prune` inside a transaction."""
    moment = to_text(before)
    gone = db.execute("DELETE FROM requests_log WHERE begun < ?", [moment]).rowcount
    # The last state before that moment still held at it.
    db.execute(
        "DELETE FROM line_states WHERE seq < (SELECT max(seq) FROM line_states WHERE at < ?)", [moment]
    )
    db.execute("DELETE FROM line_checks WHERE wanted_at < ?", [moment])
    return int(gone)


def _asked(row: Any) -> Asked:
    return Asked(
        check_id=row["check_id"],
        family=row["family"],
        begun=from_text(row["begun"]),
        ended=from_text(row["ended"]),
        seconds=row["seconds"],
        code=row["code"],
        layer=row["layer"],
    )
