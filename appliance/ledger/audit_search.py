"""Looking through the audit trail by day, person and deed: for whoever answers for the clinic."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from appliance.ledger.audit import AuditRow
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, from_text, to_text
from appliance.ledger.trail.deeds import Deed, actions_of

LONGEST = timedelta(days=92)
"""How many days one look may take in."""

UNKNOWN = "?"
"""Stands for a number of which the trail has no row."""


@dataclass(frozen=True)
class Looked:
    """What is looked for: the days in Japan, both included, and where they are not empty the actor, the action, the kind and the row."""

    first: date
    last: date
    actor: str = ""
    action: str = ""
    deed: str = ""
    subject: str = ""

    @property
    def spoken(self) -> str:
        """For the audit trail itself; where somebody typed the row's number, by way of `for_the_trail`."""
        return " ".join(
            filter(None, (f"{self.first}..{self.last}", self.actor, self.action, self.deed, self.subject))
        )


def for_the_trail(ledger: Ledger, looked: Looked) -> Looked:
    """What may be written down of it for years: a row's number that the trail has on these days. Who looks may type a patient's."""
    if not looked.subject or found(ledger, Looked(looked.first, looked.last, subject=looked.subject), 1):
        return looked
    return replace(looked, subject=UNKNOWN)


def found(ledger: Ledger, looked: Looked, limit: int, before: int | None = None) -> tuple[AuditRow, ...]:
    """The newest `limit` rows, newest first; with `before`, those older than the row of that number."""
    rows = ledger.read.execute(
        f"SELECT * FROM audit {_WHERE} AND (:before IS NULL OR seq < :before) ORDER BY seq DESC LIMIT :limit",
        {**_values(looked), "before": before, "limit": limit},
    )
    return tuple(_row(row) for row in rows)


def every(ledger: Ledger, looked: Looked) -> Iterator[AuditRow]:
    """All of them, oldest first, one at a time."""
    for row in ledger.read.execute(f"SELECT * FROM audit {_WHERE} ORDER BY seq", _values(looked)):
        yield _row(row)


def choices(ledger: Ledger, looked: Looked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The actors and the actions of these days, to choose from."""
    days = _values(Looked(looked.first, looked.last))
    return tuple(
        tuple(
            row[0]
            for row in ledger.read.execute(f"SELECT DISTINCT {column} FROM audit {_WHERE} ORDER BY 1", days)
        )
        for column in ("actor", "action")
    )  # type: ignore[return-value]


def actors(ledger: Ledger, looked: Looked) -> frozenset[str]:
    """Who has done what is looked for."""
    rows = ledger.read.execute(f"SELECT DISTINCT actor FROM audit {_WHERE}", _values(looked))
    return frozenset(row["actor"] for row in rows)


# The index is named: without it the days would be looked for in years of rows.
_WHERE = """INDEXED BY audit_at WHERE at >= :from AND at < :until
    AND (:actor = '' OR actor = :actor) AND (:action = '' OR action = :action)
    AND (:subject = '' OR subject = :subject) AND (:deed = '' OR instr(:deed, ' ' || action || ' '))"""


def _values(looked: Looked) -> dict[str, str]:
    return {
        "from": to_text(_midnight(looked.first)),
        "until": to_text(_midnight(looked.last + timedelta(days=1))),
        "actor": looked.actor,
        "action": looked.action,
        "subject": looked.subject,
        "deed": f" {' '.join(actions_of(Deed(looked.deed)))} " if looked.deed else "",
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)


def _row(row: dict[str, str]) -> AuditRow:
    return AuditRow(
        int(row["seq"]), from_text(row["at"]), row["actor"], row["action"], row["subject"], row["detail"]
    )
