"""The board of reception: today's checks, older ones that are not done, and who has seen what."""

from datetime import date, datetime, timedelta

from appliance.eligibility.request_families import Family
from appliance.ledger import tasks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import OPEN, SELECT, Check, Origin, check_from_row, touch
from appliance.ledger.database import Ledger
from appliance.ledger.schema.history import NEEDS_PERSON
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import to_text

OLDEST = timedelta(days=31)
_LEFT_OVER = f"""
    SELECT seq FROM checks INDEXED BY checks_open WHERE {OPEN} AND day >= :oldest AND day < :day
    UNION SELECT seq FROM checks WHERE state = 'refused' AND seen_at IS NULL AND day >= :oldest AND day < :day
    UNION SELECT seq FROM results INDEXED BY results_needing CROSS JOIN checks ON checks.id = check_id
          WHERE {NEEDS_PERSON} AND results.answered_at >= :since AND state = 'answered' AND seen_at IS NULL
          AND day >= :oldest AND day < :day"""
"""Three short ways to what a month left over; one condition with ORs would read the whole month."""


_ON_BOARD = f"""WHERE seq IN (SELECT seq FROM checks WHERE day = :day UNION {_LEFT_OVER})
    AND family = :family AND origin != :later ORDER BY seq DESC"""


def on_board(ledger: Ledger, day: date) -> tuple[Check, ...]:
    """The checks of `day` (Japan) and those of the month before it that are open or still need a person, newest first."""
    rows = ledger.read.execute(SELECT + _ON_BOARD, _values(day))
    return tuple(check_from_row(row) for row in rows)


def standing(ledger: Ledger, day: date) -> dict[str, int]:
    """The ids of the same checks in the same order, each with its revision: for who has drawn most of them before."""
    rows = ledger.read.execute(f"SELECT id, revision FROM checks {_ON_BOARD}", _values(day))
    return {row["id"]: row["revision"] for row in rows}


def _values(day: date) -> dict[str, str]:
    return {
        "day": day.isoformat(),
        "oldest": (day - OLDEST).isoformat(),
        # A day of Japan begins on the day before in the ledger's moments.
        "since": (day - OLDEST - timedelta(days=1)).isoformat(),
        "family": Family.SINGLE,
        "later": Origin.FOLLOW_UP,
    }


def mark_seen(ledger: Ledger, check_id: str, by: str, now: datetime) -> bool:
    """Somebody has dealt with the answer, or with what was given up; False when it was so already, or there is neither yet."""
    with ledger.write(Topic.CHECKS | Topic.CONDITIONS | Topic.TASKS) as db:
        done = db.execute(
            """UPDATE checks SET seen_by = ?, seen_at = ?
               WHERE id = ? AND seen_at IS NULL AND state IN ('answered', 'refused')""",
            [by, to_text(now), check_id],
        )
        if done.rowcount:
            touch(db, check_id)
            tasks.settle_in(db, TaskKind.DEAD_LETTER, check_id, now)
        return bool(done.rowcount)
