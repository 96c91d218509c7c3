"""The board of reception: today's checks, older ones that are not done, and who has seen what."""

from datetime import date, datetime, timedelta

from appliance.eligibility.request_families import Family
from appliance.ledger.bell import Topic
from appliance.ledger.checks import SELECT, Check, Origin, check_from_row, touch
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text

OLDEST = timedelta(days=31)
_NEEDS_PERSON = """(state = 'refused'
                    OR (state = 'answered' AND coalesce(results.qualification_validity, '') NOT IN ('1', '6')))"""


def on_board(ledger: Ledger, day: date) -> tuple[Check, ...]:
    """The checks of `day` (Japan) and those of the month before it that are open or still need a person, newest first."""
    rows = ledger.read.execute(
        SELECT
        + f"""WHERE family = :family AND origin != :later AND (day = :day OR (day >= :oldest AND day < :day AND (
                  state IN ('received', 'waiting', 'asking') OR (seen_at IS NULL AND {_NEEDS_PERSON}))))
              ORDER BY seq DESC""",
        {
            "day": day.isoformat(),
            "oldest": (day - OLDEST).isoformat(),
            "family": Family.SINGLE,
            "later": Origin.FOLLOW_UP,
        },
    )
    return tuple(check_from_row(row) for row in rows)


def mark_seen(ledger: Ledger, check_id: str, by: str, now: datetime) -> bool:
    """Somebody has dealt with the answer; False when it was so already, or there is no answer yet."""
    with ledger.write(Topic.CHECKS | Topic.CONDITIONS) as db:
        done = db.execute(
            """UPDATE checks SET seen_by = ?, seen_at = ?
               WHERE id = ? AND seen_at IS NULL AND state IN ('answered', 'refused')""",
            [by, to_text(now), check_id],
        )
        if done.rowcount:
            touch(db, check_id)
        return bool(done.rowcount)
