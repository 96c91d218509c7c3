"""Calculators of what is over: the subsidy for introducing the system, and the payments for using the card more."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.incentives import (
    SITE_LABELS,
    IncentiveRow,
    Site,
    SubsidyRow,
    incentive_per_use,
    subsidy,
)
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.room import here
from appliance.web.statistics import asked_numbers
from appliance.web.statistics.area import blueprint, shared

FIRST_DAY, RISE_DAY = date(2022, 6, 7), date(2024, 1, 1)
"""The days that the forms propose."""


@dataclass(frozen=True)
class Subsidised:
    """What the subsidy would have been; `row` None on a day without one."""

    cost: int
    paid: int | None
    row: SubsidyRow | None


@dataclass(frozen=True)
class Rewarded:
    """What the uses of a month would have brought; `row` None when the rise was too small or the day had none."""

    uses: int
    rise: float
    yen: int
    row: IncentiveRow | None


@blueprint.get("/archive")
@guard.allow(*guard.CLINIC)
def archive() -> str:
    """The calculators; nothing typed here is kept."""
    book = rulebook_of(here().box)
    errors: dict[str, str] = {}
    return render_template(
        "statistics/archive.html",
        **shared(),
        sites=SITE_LABELS,
        site=_site(),
        subsidised=_subsidised(book, errors) if "cost" in request.args else None,
        rewarded=_rewarded(book, errors) if "uses" in request.args else None,
        errors=errors,
        given=request.args,
        days={"applied": FIRST_DAY, "used": RISE_DAY},
        subsidies=[row for row in book.all(SubsidyRow) if row.site is _site()],
        incentives=book.all(IncentiveRow),
    )


def _site() -> Site:
    text = request.args.get("site", "")
    return Site(text) if text in set(Site) else Site.CLINIC


def _subsidised(book: Rulebook, errors: dict[str, str]) -> Subsidised:
    cost = asked_numbers.whole(request.args, "cost", errors)
    applied = asked_numbers.day(request.args, "applied", errors, FIRST_DAY)
    row = book.find(SubsidyRow, applied, SITE_LABELS[_site()])
    return Subsidised(cost, subsidy(book, _site(), applied, cost), row)


def _rewarded(book: Rulebook, errors: dict[str, str]) -> Rewarded:
    uses = asked_numbers.whole(request.args, "uses", errors)
    used = asked_numbers.day(request.args, "used", errors, RISE_DAY)
    before = asked_numbers.rate(request.args, "before", errors)
    rise = asked_numbers.rate(request.args, "now", errors) - before
    row = incentive_per_use(book, used, rise)
    return Rewarded(uses, rise, uses * (row.per_use or 0) if row else 0, row)
