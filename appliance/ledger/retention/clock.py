"""Whether the clock may be believed when it says that something was kept long enough.

A box that starts with a clock years ahead must not remove years of records. The ledger knows when it was last looked at, or
else (a box of before this rule, a backup of one) when somebody was last received:
after a leap of more than `LEAP`, and after a step back, nothing is removed for `HELD`. By then somebody has noticed, because
under a wrong clock no certificate is valid and no check is answered.
"""

from datetime import datetime, timedelta

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

LEAP = timedelta(days=45)
HELD = timedelta(days=14)
_BACK = timedelta(minutes=10)


def is_believed(ledger: Ledger, now: datetime) -> bool:
    """Whether things may be removed by this clock; remembers that it was looked at."""
    row = ledger.read.execute("SELECT seen_at, held_until FROM removal_clock").fetchone()
    seen, held = (
        (from_text(row["seen_at"]), from_text(row["held_until"])) if row else (_received(ledger, now), now)
    )
    if now - seen > LEAP or seen - now > _BACK:
        held = now + HELD
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            """INSERT INTO removal_clock (id, seen_at, held_until) VALUES (1, :seen, :held)
               ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, held_until = excluded.held_until""",
            {"seen": to_text(now), "held": to_text(held)},
        )
    return now >= held


def _received(ledger: Ledger, now: datetime) -> datetime:
    row = ledger.read.execute("SELECT received_at FROM checks ORDER BY seq DESC LIMIT 1").fetchone()
    return from_text(row["received_at"]) if row else now


def held_until(ledger: Ledger, now: datetime) -> datetime | None:
    """Until when nothing is removed because the clock leapt; None when it is believed."""
    row = ledger.read.execute("SELECT held_until FROM removal_clock").fetchone()
    until = from_text(row["held_until"]) if row else now
    return until if until > now else None
