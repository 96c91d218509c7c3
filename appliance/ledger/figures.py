"""Figures that the box cannot know and a person enters, by month: the official use rate, visits, costs, assumptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.eligibility.rules.points import Fact
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


class Figure(StrEnum):
    """What can be entered. Percent, counts, yen a month, seconds; what the clinic has is 1 or 0."""

    OFFICIAL_CLAIMS = "official-claims"
    OFFICIAL_CHECKS = "official-checks"
    FIRST_VISITS = "first-visits"
    REPEAT_VISITS = "repeat-visits"
    RUNNING_COST = "running-cost"
    HAND_SECONDS = "hand-seconds"
    FAILURE_SECONDS = "failure-seconds"
    STANDARD = f"has-{Fact.STANDARD}"
    DX = f"has-{Fact.DX}"
    E_PRESCRIPTION = f"has-{Fact.E_PRESCRIPTION}"
    LINKED = f"has-{Fact.LINKED}"
    LINKED_ONE = f"has-{Fact.LINKED_ONE}"
    LINKED_ALL = f"has-{Fact.LINKED_ALL}"
    PEDIATRIC = f"has-{Fact.PEDIATRIC}"


FACTS = {figure: Fact(figure.removeprefix("has-")) for figure in Figure if figure.startswith("has-")}
"""What the clinic has, as the rules of the points call it."""

LASTING = frozenset({Figure.RUNNING_COST, Figure.HAND_SECONDS, Figure.FAILURE_SECONDS, *FACTS})
"""What holds from the month it was entered for until another month says otherwise."""

MOST = {
    Figure.OFFICIAL_CLAIMS: 100.0,
    Figure.OFFICIAL_CHECKS: 100.0,
    Figure.HAND_SECONDS: 3600.0,
    Figure.FAILURE_SECONDS: 36000.0,
    **dict.fromkeys(FACTS, 1.0),
}
"""The largest value each may have; everything else may have `MOST_OF_ALL`."""

MOST_OF_ALL = 1e9


@dataclass(frozen=True)
class Entered:
    """One figure as it holds in a month: its value, the month it was entered for, and by whom."""

    value: float
    month: str
    by: str


def is_right(figure: Figure, value: float) -> bool:
    """Whether `value` can be that figure."""
    return 0 <= value <= MOST.get(figure, MOST_OF_ALL)


def enter(
    ledger: Ledger, month: str, values: Mapping[Figure, float | None], actor: str, now: datetime
) -> int:
    """Write down figures of the month `2026-11`, None to take one away; how many changed, each with a row in the audit trail."""
    changed = 0
    with ledger.write(Topic.OTHER) as db:
        for figure, value in values.items():
            row = db.execute(
                "SELECT value FROM figures WHERE month = ? AND name = ?", [month, figure]
            ).fetchone()
            before = None if row is None else row["value"]
            if before == value:
                continue
            if value is None:
                db.execute("DELETE FROM figures WHERE month = ? AND name = ?", [month, figure])
            else:
                db.execute(
                    "INSERT OR REPLACE INTO figures VALUES (?, ?, ?, ?, ?)",
                    [month, figure, value, actor, to_text(now)],
                )
            audit.insert(db, actor, "enter-figure", f"{month} {figure}", now, f"{before} -> {value}")
            changed += 1
    return changed


def of_month(ledger: Ledger, month: str) -> dict[Figure, Entered]:
    """The figures that hold in a month: its own, and those that last from an earlier one."""
    found: dict[Figure, Entered] = {}
    known = set(Figure)
    rows = ledger.read.execute("SELECT * FROM figures WHERE month <= ? ORDER BY month", [month])
    for row in rows:
        if row["name"] not in known:
            continue
        figure = Figure(row["name"])
        if row["month"] == month or figure in LASTING:
            found[figure] = Entered(row["value"], row["month"], row["entered_by"])
    return found


def rates(ledger: Ledger, figure: Figure) -> dict[date, float]:
    """An official rate of every month it was entered for, by the month's first day."""
    rows = ledger.read.execute("SELECT month, value FROM figures WHERE name = ? ORDER BY month", [figure])
    return {date.fromisoformat(f"{row['month']}-01"): row["value"] for row in rows}
