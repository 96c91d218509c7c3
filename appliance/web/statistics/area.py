"""The blueprint of the statistics, which month a page is about, and what all its pages share."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, request

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import line_report
from appliance.ledger.accounts import Role
from appliance.ledger.figures import Entered, Figure
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web import guard
from appliance.web.line.words import lasting
from appliance.web.room import here
from appliance.web.statistics.tables import percent

KEEPERS = (Role.ADMINISTRATOR,)
"""Who enters figures: whoever answers for the clinic's money."""

blueprint = Blueprint(
    "statistics",
    __name__,
    url_prefix="/statistics",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@dataclass(frozen=True)
class Month:
    """One month of Japan: `name` as 2026-11, its first and last day, its bounds as moments, and how far it has come."""

    name: str
    first: date
    last: date
    begins: datetime
    ends: datetime
    until: datetime

    @property
    def label(self) -> str:
        """「2026年11月」."""
        return said("{year}年{month}月", year=self.first.year, month=self.first.month)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come."""
        return self.until == self.ends

    @property
    def before(self) -> str:
        """The month before."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after."""
        return f"{self.last + timedelta(days=1):%Y-%m}"


def month_named(text: str, now: datetime) -> Month:
    """The month `2026-11`. Raises `Trouble` INPUT-001 for anything else, and for a month that has not begun."""
    try:
        begins, ends = line_report.month_of(text)
    except ValueError as error:
        raise Trouble("INPUT-001", "month") from error
    if begins > now:
        raise Trouble("INPUT-001", "month")
    first = begins.astimezone(JAPAN).date()
    last = ends.astimezone(JAPAN).date() - timedelta(days=1)
    return Month(f"{first:%Y-%m}", first, last, begins, ends, min(ends, now))


def chosen_month() -> Month:
    """The month of this request, else the one that is now."""
    now = here().clock()
    return month_named(request.values.get("month") or f"{clinic_day(now):%Y-%m}", now)


def shared(month: Month | None = None) -> dict[str, Any]:
    """What every page here shows."""
    now = here().clock().astimezone(JAPAN)
    return {
        "month": month,
        "may_enter": guard.signed_in().role in KEEPERS,
        "made": f"{now:%Y-%m-%d %H:%M}",
    }


@blueprint.app_template_filter("shown_percent")
def shown_percent(value: float | None) -> str:
    """A percentage for a page."""
    return percent(value)


@blueprint.app_template_filter("figure")
def figure(found: dict[Figure, Entered], name: str) -> str:
    """A figure for the field it is typed into; empty when it was not entered."""
    entered = found.get(Figure(name))
    return "" if entered is None else f"{entered.value:.10g}"


@blueprint.app_template_filter("lasting")
def shown_lasting(seconds: float) -> str:
    """How long something was."""
    return lasting(seconds)
