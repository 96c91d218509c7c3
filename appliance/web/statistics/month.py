"""The month's page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import render_template
from markupsafe import Markup

from appliance.eligibility.said import said
from appliance.ledger import figures, use_rate_trend
from appliance.ledger.figures import Figure
from appliance.web import charts, guard
from appliance.web.charts import Line
from appliance.web.room import here
from appliance.web.statistics import month_facts, month_tables
from appliance.web.statistics.area import Month, blueprint, chosen_month, shared
from appliance.web.statistics.causes import by_fault, causes
from appliance.web.statistics.kept_visits import kept_visits
from appliance.web.statistics.month_facts import MonthFacts
from appliance.web.statistics.tables import Table

_TREND_DAYS = 335
TrendRow = tuple[str, float | None, float | None, float | None]
"""A month with our rate by checks and both official ones, in percent."""

FORMS = {
    "rates": (Figure.OFFICIAL_CHECKS, Figure.OFFICIAL_CLAIMS),
    "assumed": (Figure.HAND_SECONDS, Figure.FAILURE_SECONDS),
}
"""The forms of this page and the figures in each."""


@blueprint.get("")
@guard.allow(*guard.CLINIC)
def page() -> str:
    """The month in tables and charts."""
    return render(chosen_month())


def render(month: Month, **more: Any) -> str:
    """The page; `more` is what a refused form gives back."""
    room = here()
    facts = month_facts.read(room.ledger, month, room.clock(), kept_visits())
    found = causes(facts)
    trend = _trend_rows(month)
    return render_template(
        "statistics/month.html",
        **shared(month),
        facts=facts,
        tables={table.key: table for table in tables_of(facts)},
        days_chart=charts.columns("日ごとの件数", _each_day(facts)),
        fault_chart=charts.bars(
            "原因ごとの回数", [(name, float(number)) for name, number in by_fault(found)]
        ),
        trend_chart=_trend_chart(trend),
        trend=_trend_table(trend),
        report=facts.report,
        **more,
    )


def tables_of(facts: MonthFacts) -> tuple[Table, ...]:
    """All tables of the page, in its order."""
    return (
        month_tables.media(facts),
        month_tables.use_rates(facts),
        month_tables.endings(facts),
        month_tables.failures(causes(facts)),
        month_tables.how_long(facts),
        month_tables.saved(facts),
        month_tables.avoided(facts),
        month_tables.days(facts),
    )


def _each_day(facts: MonthFacts) -> list[tuple[str, float]]:
    """Every day of the month, also those on which nobody came."""
    first = facts.month.first
    days = [first + timedelta(days=number) for number in range((facts.month.last - first).days + 1)]
    return [(str(day.day), float(facts.sums.days.get(day, 0))) for day in days]


def trend_table(month: Month) -> Table:
    """The use rate of the twelve months that end with this one."""
    return _trend_table(_trend_rows(month))


def _trend_table(trend: Sequence[TrendRow]) -> Table:
    rows = tuple(
        (name, *("－" if value is None else f"{value:.1f}" for value in values)) for name, *values in trend
    )
    return Table(
        "trend",
        "利用率の移り変わり",
        ("月", "この装置の数（件数、%）", "公式の値（件数、%）", "公式の値（レセプト、%）"),
        rows,
    )


def _trend_rows(month: Month) -> list[TrendRow]:
    ledger = here().ledger
    first = (month.first - timedelta(days=_TREND_DAYS)).replace(day=1)
    ours = use_rate_trend.by_months(ledger, first, month.last)
    checks = figures.rates(ledger, Figure.OFFICIAL_CHECKS)
    claims = figures.rates(ledger, Figure.OFFICIAL_CLAIMS)
    rows = []
    while first <= month.last:
        rate = ours.get(f"{first:%Y-%m}")
        rows.append((f"{first:%Y-%m}", rate.percent if rate else None, checks.get(first), claims.get(first)))
        first = (first + timedelta(days=32)).replace(day=1)
    return rows


def _trend_chart(trend: Sequence[TrendRow]) -> Markup:
    drawn = [
        Line("この装置の数", [row[1] for row in trend]),
        Line("公式（件数）", [row[2] for row in trend]),
        Line("公式（レセプト）", [row[3] for row in trend]),
    ]
    return charts.lines(
        "利用率の移り変わり（%）", [said("{month}月", month=int(row[0][5:])) for row in trend], drawn
    )
