"""加算 of a month: asked figures, what each visit may bring and lacked, the sum against the running cost, a simulation."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.points import (
    FACT_LABELS,
    PointsRow,
    RateBasis,
    VisitKind,
    use_rate,
)
from appliance.eligibility.rules.points_month import (
    PointsOfMonth,
    Site,
    income,
    simulate,
)
from appliance.eligibility.statistics.counted import BY_MYNA
from appliance.eligibility.trouble import Trouble
from appliance.ledger import figures
from appliance.ledger.figures import FACTS, Entered, Figure
from appliance.rulebook import rulebook_of
from appliance.web import charts, guard
from appliance.web.charts import Line
from appliance.web.room import here
from appliance.web.statistics.area import Month, blueprint, chosen_month, shared
from appliance.web.statistics.kept_visits import kept_visits
from appliance.web.statistics.points_tables import PointsFacts, tables_of

FORMS = {
    "visits": (Figure.FIRST_VISITS, Figure.REPEAT_VISITS, Figure.RUNNING_COST),
    "clinic": tuple(FACTS),
}
"""The forms of this page and the figures in each."""


@blueprint.get("/points")
@guard.allow(*guard.CLINIC)
def points_page() -> str:
    """The 加算 of a month."""
    return render(chosen_month())


def render(month: Month, **more: Any) -> str:
    """The page; `more` is what a refused form gives back."""
    facts = read(month)
    days = sorted({one.visit.day for one in facts.visits})
    day = _chosen_day(month, days)
    return render_template(
        "statistics/points.html",
        **shared(month),
        facts=facts,
        tables={table.key: table for table in tables_of(facts, day)},
        days=days,
        day=day,
        ids=[one.visit.check_id for one in facts.visits if one.visit.day == day],
        chart=_chart(facts),
        clinic_facts={figure: FACT_LABELS[fact] for figure, fact in FACTS.items()},
        total=sum(one.yen for one in facts.incomes),
        is_asked=not all(one in facts.figures for one in (Figure.FIRST_VISITS, Figure.REPEAT_VISITS)),
        **more,
    )


def read(month: Month) -> PointsFacts:
    """The points of a month, by the rules of its days and the figures entered for it."""
    room = here()
    book = rulebook_of(room.box)
    entered = figures.of_month(room.ledger, month.name)
    has = frozenset(fact for figure, fact in FACTS.items() if figure in entered and entered[figure].value)
    site = Site(has, _official_rate(book, month))
    since = _since(book, month)
    visits = tuple(
        PointsOfMonth(book, site).of(kept_visits()(room.ledger, since, month.last, room.clock()), month.first)
    )
    asked = {
        VisitKind.FIRST: _whole(entered, Figure.FIRST_VISITS),
        VisitKind.REPEAT: _whole(entered, Figure.REPEAT_VISITS),
    }
    cards = [one.visit for one in visits if one.visit.means in BY_MYNA]
    consents = sum(one.has_consent for one in cards) / len(cards) if cards else 0.0
    cost = _whole(entered, Figure.RUNNING_COST)
    return PointsFacts(
        month=month,
        site=site,
        visits=visits,
        incomes=tuple(income(visits, kind, number) for kind, number in asked.items()),
        figures=entered,
        cost=cost,
        simulated=simulate(book, site, month.last, asked, consents, cost) if any(asked.values()) else (),
        consents=consents,
    )


def _since(book: Rulebook, month: Month) -> date:
    """The first day that tells what was claimed already: as many months back as a rule of this month looks."""
    rows = (*book.on(PointsRow, month.first), *book.on(PointsRow, month.last))
    since = month.first
    for _ in range(max((row.months for row in rows), default=1) - 1):
        since = (since - timedelta(days=1)).replace(day=1)
    return since


def _whole(entered: dict[Figure, Entered], figure: Figure) -> int:
    return int(entered[figure].value) if figure in entered else 0


def _official_rate(book: Rulebook, month: Month) -> float | None:
    """The better one of what the rules let count; the box's own figures never do."""
    bases = {RateBasis.CLAIMS: Figure.OFFICIAL_CLAIMS, RateBasis.CHECKS: Figure.OFFICIAL_CHECKS}
    rates = [
        use_rate(book, month.first, basis, figures.rates(here().ledger, figure))
        for basis, figure in bases.items()
    ]
    return max((rate for rate in rates if rate is not None), default=None)


def _chosen_day(month: Month, days: list[date]) -> date | None:
    text = request.args.get("day", "")
    if not text:
        return days[-1] if days else None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Trouble("INPUT-001", "day") from error
    if not month.first <= day <= month.last:
        raise Trouble("INPUT-001", "day")
    return day


def _chart(facts: PointsFacts) -> Any:
    if not facts.simulated:
        return ""
    drawn = [
        Line("加算の金額", [float(one.yen) for one in facts.simulated]),
        Line("毎月の費用", [float(facts.cost) for _ in facts.simulated] if facts.cost else []),
    ]
    places = [f"{one.percent}%" for one in facts.simulated]
    return charts.lines("利用率と金額（円）", places, drawn)
