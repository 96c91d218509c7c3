"""The lines of a support bundle's texts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from appliance.ledger.times import JAPAN

Lines = Iterator[str]


def rows(values: Mapping[str, Any]) -> Lines:
    """One `label: value` a line; a moment as the clock on the wall shows it, a dash for what nobody knows."""
    for label, value in values.items():
        yield f"{label}: {moment(value) if isinstance(value, datetime) else '-' if value is None else value}"


def moment(at: datetime | None) -> str:
    """In Japan's time."""
    return at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S") if at else "-"


def section(title: str, lines: Iterable[str]) -> Lines:
    """`lines` under a heading; a line that says so where there is none."""
    yield from ("", f"■ {title}")
    yield from list(lines) or ["（ありません）"]
