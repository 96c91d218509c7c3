"""Times in the ledger: UTC text that sorts, milliseconds; the clinic's day is Japan's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Where a service takes the time from: an argument, so that a test can hold it still."""

JAPAN = timezone(timedelta(hours=9), "JST")


def to_text(moment: datetime) -> str:
    """`moment` (aware) as `2026-11-22T08:39:38.123Z`. Raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def from_text(text: str) -> datetime:
    """The aware UTC moment of `to_text`."""
    return datetime.fromisoformat(text)


def utc_now() -> datetime:
    """The clock of real life."""
    return datetime.now(UTC)


def clinic_day(moment: datetime) -> date:
    """The day in Japan at `moment`."""
    return moment.astimezone(JAPAN).date()
