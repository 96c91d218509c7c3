"""The set-up: steps that a person has ticked off, because the box cannot see them, and whether a card has come all the way."""

from dataclasses import dataclass
from datetime import datetime

from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class Tick:
    """Who said that a step is done, and when."""

    by: str
    at: datetime


def put(ledger: Ledger, step: str, by: str, now: datetime) -> None:
    """Tick a step off. A second time changes nothing."""
    with ledger.write(Topic.OTHER) as db:
        new = db.execute(
            "INSERT OR IGNORE INTO desk_ticks (step, by, at) VALUES (?, ?, ?)", [step, by, to_text(now)]
        )
        if new.rowcount:
            audit.insert(db, by, "step-ticked", step, now)


def take_back(ledger: Ledger, step: str, by: str, now: datetime) -> None:
    """It is not done after all."""
    with ledger.write(Topic.OTHER) as db:
        if db.execute("DELETE FROM desk_ticks WHERE step = ?", [step]).rowcount:
            audit.insert(db, by, "step-unticked", step, now)


def find(ledger: Ledger, step: str) -> Tick | None:
    """The tick at this step."""
    row = ledger.read.execute("SELECT by, at FROM desk_ticks WHERE step = ?", [step]).fetchone()
    return Tick(row["by"], from_text(row["at"])) if row else None


def is_any_card_answered(ledger: Ledger) -> bool:
    """Whether a card ever came from a reader to the center and back. The index knows the cards alone."""
    row = ledger.read.execute(
        "SELECT 1 FROM checks WHERE card_mark IS NOT NULL AND state = 'answered' LIMIT 1"
    ).fetchone()
    return row is not None
