"""Drugs against months: what somebody takes, since when, from where, and what comes twice.

What is marked is a hint for a doctor who looks, and no advice: the same ingredient from two sites in one month or in two that
touch, and six or more drugs in a month.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.web.medical.given import Given

MANY = 6
"""So many different drugs in a month are marked; a rule of thumb, and no line that anybody has drawn for one person."""


@dataclass(frozen=True)
class Line:
    """One drug from one site: what stands in each month (days or times; empty where nothing was given)."""

    name: str
    sub: str
    site: str
    usage: str
    cells: tuple[str, ...]
    twice: tuple[str, ...]
    """The other sites that the same ingredient comes from at about the same time."""


@dataclass(frozen=True)
class Year:
    """A heading over the months of one year."""

    label: str
    span: int


@dataclass(frozen=True)
class Matrix:
    """Months newest first, as yyyyMM; a line for each drug and site; how many different drugs there were in each month."""

    months: tuple[str, ...]
    years: tuple[Year, ...]
    lines: tuple[Line, ...]
    counts: tuple[int, ...]
    different: int
    undated: int
    """How many rows bear no month that could be read: they stand in the list alone."""

    @property
    def has_twice(self) -> bool:
        """Whether anything is marked as coming from two sites."""
        return any(line.twice for line in self.lines)

    @property
    def has_many(self) -> bool:
        """Whether there is a month with many drugs."""
        return any(count >= MANY for count in self.counts)


def matrix(found: Iterable[Given], months: tuple[str, ...]) -> Matrix:
    """The matrix of what was given in `months` (newest first)."""
    known = tuple(found)
    shown = [one for one in known if one.month in months]
    rows: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for one in shown:
        rows[one.code or one.name, one.site].append(one)
    when = _when(shown, months)
    lines = [_line(given, months, when) for given in rows.values()]
    counts = tuple(len({one.substance for one in shown if one.month == month}) for month in months)
    return Matrix(
        months=months,
        years=_years(months),
        lines=tuple(sorted(lines, key=_order)),
        counts=counts,
        different=len({one.substance for one in shown}),
        undated=sum(not one.month for one in known),
    )


def _when(shown: Iterable[Given], months: tuple[str, ...]) -> dict[str, dict[str, set[int]]]:
    """By ingredient and site, at which places of `months` it was given."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    places = {month: place for place, month in enumerate(months)}
    for one in shown:
        found[one.substance][one.site].add(places[one.month])
    return found


def _line(given: list[Given], months: tuple[str, ...], when: dict[str, dict[str, set[int]]]) -> Line:
    newest = given[0]
    sites = when[newest.substance]
    ours = sites[newest.site]
    near = {place + step for place in ours for step in (-1, 0, 1)}
    return Line(
        name=newest.name,
        sub=newest.sub,
        site=newest.site,
        usage=newest.usage,
        cells=tuple(_cell([one for one in given if one.month == month]) for month in months),
        twice=tuple(site for site, places in sites.items() if site != newest.site and places & near),
    )


def _cell(given: list[Given]) -> str:
    """What a month's dispensings were for, oldest first, joined by a plus; a dot where nothing is said.

    One drug taken in two ways on a day is one dispensing: what differs of it stands behind a stroke.
    """
    days: dict[str, list[str]] = {}
    for one in reversed(given):
        days.setdefault(one.day, []).append(one.times or "・")
    return "+".join("/".join(dict.fromkeys(times)) for times in days.values())


def _years(months: tuple[str, ...]) -> tuple[Year, ...]:
    labels = [month[:4] for month in months]
    return tuple(Year(label, labels.count(label)) for label in dict.fromkeys(labels))


def _order(line: Line) -> tuple[int, int, str]:
    """What was given lately stands on top, what was given for long above what was not."""
    first = next((place for place, cell in enumerate(line.cells) if cell), len(line.cells))
    return first, -sum(bool(cell) for cell in line.cells), line.name
