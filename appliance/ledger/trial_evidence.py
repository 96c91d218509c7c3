"""What the box has seen since a trial run began: when each of its automatic steps was first done, or not yet."""

from collections.abc import Callable
from datetime import datetime

from appliance.ledger import consumers, line_checks, reader_tests
from appliance.ledger.database import Ledger
from appliance.ledger.delivery_counts import LOOKED_AT
from appliance.ledger.times import clinic_day, from_text, to_text

Evidence = Callable[[Ledger, datetime], datetime | None]
"""When it was seen at or after that moment; None: not yet."""


def readers_tested(ledger: Ledger, since: datetime) -> datetime | None:
    """Every reader was tested, and nothing was wrong."""
    standing = reader_tests.standing(ledger)
    is_new = standing.oldest is not None and standing.oldest >= since
    return standing.oldest if is_new and not standing.is_ill else None


def line_well(ledger: Ledger, since: datetime) -> datetime | None:
    """A look at every layer of the line found nothing wrong."""
    good = line_checks.latest_good(ledger)
    return good.done_at if good and good.done_at and good.done_at >= since else None


def card_answered(ledger: Ledger, since: datetime) -> datetime | None:
    """A card came from a reader to the center and back."""
    return _first(ledger, "origin = 'card' AND state = 'answered'", since)


def numbers_answered(ledger: Ledger, since: datetime) -> datetime | None:
    """Numbers that were typed were answered."""
    return _first(ledger, "origin = 'manual' AND state = 'answered'", since)


def deferred_answered(ledger: Ledger, since: datetime) -> datetime | None:
    """A check that had to wait for the line was answered afterwards."""
    return _first(ledger, "deferred = 1 AND state = 'answered'", since)


def all_delivered(ledger: Ledger, since: datetime) -> datetime | None:
    """Every consumer has taken a result; None too where there is none."""
    served = {one.name for one in consumers.all_consumers(ledger) if one.enabled}
    rows = ledger.read.execute(
        """SELECT consumer, min(acknowledged_at) AS at
           FROM (SELECT consumer, acknowledged_at FROM deliveries ORDER BY seq DESC LIMIT ?)
           WHERE acknowledged_at >= ? GROUP BY consumer""",
        [LOOKED_AT, to_text(since)],
    )
    taken = {row["consumer"]: from_text(row["at"]) for row in rows}
    return max(taken[name] for name in served) if served and served <= taken.keys() else None


def _first(ledger: Ledger, condition: str, since: datetime) -> datetime | None:
    """By day, so that not years are read."""
    row = ledger.read.execute(
        f"""SELECT answered_at FROM checks INDEXED BY checks_day
            WHERE day >= :day AND received_at >= :since AND answered_at IS NOT NULL AND {condition}
            ORDER BY day, seq LIMIT 1""",
        {"day": clinic_day(since).isoformat(), "since": to_text(since)},
    ).fetchone()
    return from_text(row["answered_at"]) if row else None
