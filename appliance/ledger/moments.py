"""What the ledger has put off until a moment, when the clock by which that moment was reckoned is set."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.checks import OPEN
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


def remake(ledger: Ledger, by: timedelta, now: datetime, resend_after: datetime) -> None:
    """The clock was set by so much, forward or back, to `now`: nobody waits for a moment of the old clock any more.

    What waited is due, because that does no harm; only what must not be sent again before its time waits once more, until
    `resend_after`. What began by the old clock began as long ago by the new one.
    """
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS | Topic.DELIVERIES) as db:
        db.execute(
            f"""UPDATE checks SET resend_after = iif(resend_after IS NULL, NULL, :resend),
                      next_try_at = iif(resend_after IS NULL, NULL, :resend)
               WHERE {OPEN} AND state IN ('received', 'waiting')""",
            {"resend": to_text(resend_after)},
        )
        db.execute("UPDATE deliveries SET next_offer_at = ? WHERE state = 'pending'", [to_text(now)])
        db.execute("UPDATE notices SET next_offer_at = ? WHERE state = 'pending'", [to_text(now)])
        _move(db, "checks", "owned_until", f"{OPEN} AND state = 'asking'", by)
        _move(db, "bulk_chunks", "accepted_at", "state IN ('accepted', 'fetching')", by)
        _move(db, "terminal_requests", "sent_at", "settled_at IS NULL", by)


def _move(db: Database, table: str, column: str, still: str, by: timedelta) -> None:
    db.execute(
        f"""UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', {column}, ?)
            WHERE {still} AND {column} IS NOT NULL""",
        [f"{by.total_seconds():+.3f} seconds"],
    )


def bring_near(ledger: Ledger, latest: datetime) -> None:
    """Let no check be put off beyond `latest`: for a start, before which the clock may have been set unseen."""
    with ledger.write(Topic.QUESTIONS) as db:
        for column in ("next_try_at", "resend_after"):
            db.execute(
                f"""UPDATE checks SET {column} = :latest
                    WHERE {OPEN} AND state IN ('received', 'waiting') AND {column} > :latest""",
                {"latest": to_text(latest)},
            )
