"""What is said of a mending afterwards: when it was, since when records may be missing, what was wrong. In the ledger that came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger import tasks
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import from_text, to_text

SUBJECT = "ledger"
CODE = "BOX-010"


@dataclass(frozen=True)
class Mending:
    """Done at `at`, from a copy that shows the moment `shows`. What was written from then until `until` is missing."""

    at: datetime
    shows: datetime
    until: datetime
    fault: str


def note_in(db: Database, mending: Mending) -> None:
    """Write it down, with a task for the desk. The one task of several mendings tells of the first of them that nobody has seen to."""
    db.execute(
        "INSERT INTO mendings (at, shows, until, fault) VALUES (?, ?, ?, ?)",
        [to_text(mending.at), to_text(mending.shows), to_text(mending.until), mending.fault],
    )
    tasks.raise_in(db, TaskKind.LEDGER, SUBJECT, CODE, mending.at)


def all_of(ledger: Ledger) -> tuple[Mending, ...]:
    """All that there were, the oldest first."""
    return tuple(_mending(row) for row in ledger.read.execute("SELECT * FROM mendings ORDER BY id"))


def unseen(ledger: Ledger) -> tuple[Mending, ...]:
    """Those that the open task is about, the oldest first; none when somebody has seen to it."""
    rows = ledger.read.execute(
        """SELECT mendings.* FROM mendings, tasks WHERE tasks.kind = :kind AND tasks.state = 'open'
           AND mendings.at >= tasks.raised_at ORDER BY mendings.id""",
        {"kind": TaskKind.LEDGER},
    )
    return tuple(_mending(row) for row in rows)


def _mending(row: dict[str, str]) -> Mending:
    return Mending(from_text(row["at"]), from_text(row["shows"]), from_text(row["until"]), row["fault"])
