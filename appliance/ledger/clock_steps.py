"""When the clock of the running box was set, and by how much."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class ClockStep:
    """The clock was set by `by` (negative: back) and then said `at`."""

    at: datetime
    by: timedelta


def note(ledger: Ledger, by: timedelta, now: datetime) -> None:
    """Write down that the clock was set by so much and says `now`."""
    with ledger.write(Topic.OTHER) as db:
        db.execute("INSERT INTO clock_steps (at, seconds) VALUES (?, ?)", [to_text(now), by.total_seconds()])


def between(ledger: Ledger, first: datetime, end: datetime) -> tuple[ClockStep, ...]:
    """The steps from `first` until `end`, both included, oldest first."""
    rows = ledger.read.execute(
        "SELECT at, seconds FROM clock_steps WHERE at BETWEEN ? AND ? ORDER BY seq",
        [to_text(first), to_text(end)],
    )
    return tuple(ClockStep(from_text(row["at"]), timedelta(seconds=row["seconds"])) for row in rows)


def prune_in(db: Database, before: datetime) -> int:
    """Forget what was before that moment; how many there were."""
    return int(db.execute("DELETE FROM clock_steps WHERE at < ?", [to_text(before)]).rowcount)
