"""What went wrong at a reader, card and patient before there was a check: when, where and which code, nothing of a patient."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


@dataclass(frozen=True)
class TroubleCount:
    """How often one code was met at one reader."""

    code: str
    reader: str
    count: int


def note_in(db: Database, key: str, code: str, now: datetime) -> None:
    """Count a trouble at the reader `key`, inside the transaction that shows it."""
    db.execute(
        "INSERT INTO visit_troubles (at, reader, code) SELECT ?, label, ? FROM readers WHERE key = ?",
        [to_text(now), code, key],
    )


def between(ledger: Ledger, first: datetime, end: datetime) -> tuple[TroubleCount, ...]:
    """How often each code was met from `first` on and before `end`, most often first."""
    rows = ledger.read.execute(
        """SELECT code, reader, count(*) AS n FROM visit_troubles WHERE at >= ? AND at < ?
           GROUP BY code, reader ORDER BY n DESC, code, reader""",
        [to_text(first), to_text(end)],
    )
    return tuple(TroubleCount(row["code"], row["reader"], row["n"]) for row in rows)


def prune(ledger: Ledger, before: datetime) -> int:
    """Forget what was before that moment; how many there were."""
    with ledger.write(Topic.OTHER) as db:
        return prune_in(db, before)


def prune_in(db: Database, before: datetime) -> int:
    """`prune` inside a transaction."""
    return int(db.execute("DELETE FROM visit_troubles WHERE at < ?", [to_text(before)]).rowcount)
