"""Today's appointments on the board: how many of them need a word first, with the way to the list by urgency."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.eligibility.bulk_outcome import Urgency
from appliance.ledger import bulk_runs, bulk_steps
from appliance.ledger.bulk_runs import RunKind
from appliance.ledger.database import Ledger

FRESH = timedelta(hours=40)
"""How long a list is about the next working day: made before the weekend it would be about days that nobody looks at."""

_CALM = (Urgency.VALID, Urgency.UNREGISTERED, Urgency.REGISTERED)


@dataclass(frozen=True)
class Morning:
    """The newest list: its run, how many were answered, and of these how many need a word first."""

    run_id: str
    answered: int
    urgent: int


class MorningLook:
    """Looks at the newest list; its people are counted anew only when the run has changed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counted: tuple[str, int] = ("", 0)
        self._found: Morning | None = None

    def at(self, now: datetime) -> Morning | None:
        """What there is to say at `now`; None without a list that is fresh and has answers."""
        newest = bulk_runs.newest(self._ledger, RunKind.APPOINTMENTS)
        if newest is None or not timedelta(0) <= now - newest[2] < FRESH:
            return None
        if self._counted != newest[:2]:
            self._counted = newest[:2]
            self._found = _counted(self._ledger, newest[0])
        return self._found


def _counted(ledger: Ledger, run_id: str) -> Morning | None:
    counts = bulk_steps.urgencies(ledger, run_id)
    answered = sum(counts.values())
    if not answered:
        return None
    return Morning(run_id, answered, sum(n for urgency, n in counts.items() if urgency not in _CALM))
