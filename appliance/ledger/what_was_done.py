"""What people and the box did in a month about what had failed: counts alone."""

from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskState


@dataclass(frozen=True)
class Done:
    """`received` is how patients were received whose insurance was not confirmed; `resolved` by a person or a later answer."""

    notes: int
    notes_closed: int
    asked_again: int
    resolved: int
    received: dict[ClaimBy, int]
    tasks: int
    tasks_open: int


def in_month(ledger: Ledger, first: date, last: date, begins: str, ends: str) -> Done:
    """What was done about the visits from `first` to `last`, and the tasks raised from the moment `begins` on, before `ends`."""
    db, days = ledger.read, {"first": first.isoformat(), "last": last.isoformat()}
    notes = db.execute(
        """SELECT count(*) AS n, coalesce(sum(state = 'closed'), 0) AS closed FROM outage_notes
           WHERE visited_on BETWEEN :first AND :last""",
        days,
    ).fetchone()
    raised = db.execute(
        """SELECT count(*) AS n, coalesce(sum(state = ?), 0) AS open FROM tasks
           WHERE raised_at >= ? AND raised_at < ?""",
        [TaskState.OPEN, begins, ends],
    ).fetchone()
    received = db.execute(
        """SELECT by, count(*) AS n FROM assumptions CROSS JOIN checks ON checks.id = check_id
           WHERE day BETWEEN :first AND :last GROUP BY by""",
        days,
    )
    return Done(
        notes=notes["n"],
        notes_closed=notes["closed"],
        asked_again=_count(db, "follow_ups", "of", days),
        resolved=_count(db, "resolutions", "check_id", days),
        received={ClaimBy(row["by"]): row["n"] for row in received},
        tasks=raised["n"],
        tasks_open=raised["open"],
    )


def _count(db: Database, table: str, column: str, days: dict[str, str]) -> int:
    """How many rows of a table are about checks of these days; these tables hold what is rare."""
    row = db.execute(
        f"SELECT count(*) AS n FROM {table} CROSS JOIN checks ON checks.id = {column} WHERE day BETWEEN :first AND :last",
        days,
    ).fetchone()
    return int(row["n"])
