"""Waiting longer after each failure, up to a bound."""

from datetime import datetime, timedelta

_DOUBLINGS = 30


def delay(tries: int, first: float, longest: float) -> float:
    """Seconds to wait after `tries` earlier tries: `first`, doubled each time, never more than `longest`."""
    return float(min(longest, first * 2 ** min(tries, _DOUBLINGS)))


def next_moment(now: datetime, tries: int, first: float, longest: float) -> datetime:
    """When to try again after `tries` earlier tries."""
    return now + timedelta(seconds=delay(tries, first, longest))
