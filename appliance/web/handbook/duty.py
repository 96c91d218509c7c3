"""The duty to check insurance online, the delays that were granted, and what to do when setting up stands still: the rules of the day."""

from dataclasses import dataclass
from datetime import date

from flask import render_template

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.duty import (
    BOUND_LABELS,
    SITE_LABELS,
    Bound,
    DutyRow,
    DutySite,
    GraceRow,
    Lead,
    ObstacleRow,
)
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.desk.area import KEEPERS
from appliance.web.handbook.area import blueprint
from appliance.web.menu import Place
from appliance.web.room import here

TONES = {Bound.NONE: "mute", Bound.DUTY: "busy", Bound.EXEMPT: "good", Bound.MAY: "mute"}
PLACES = {
    Lead.ASSETS: Place("備品と期限", "/desk/assets", KEEPERS),
    Lead.QUOTES: Place("見積もり", "/statistics/quotes", guard.CLINIC),
    Lead.LINE: Place("回線", "/desk/line"),
    Lead.COMPARE: Place("機種をくらべる", "/desk/readers/compare"),
    Lead.CONTACTS: Place("連絡先カード", "/printing/contacts"),
    Lead.FALLBACK: Place("確認できないとき", "/fallback", guard.CLINIC),
}


@dataclass(frozen=True)
class SiteDuty:
    """One kind of site: what holds today, what held before (the latest first), and its delays."""

    label: str
    now: DutyRow | None
    before: tuple[DutyRow, ...]
    graces: tuple[GraceRow, ...]


@blueprint.get("/duty")
@guard.allow(*guard.STAFF)
def duty() -> str:
    """What holds today, and what to do."""
    today, book = clinic_day(here().clock()), rulebook_of(here().box)
    account = guard.signed_in()
    return render_template(
        "help/duty.html",
        today=today,
        sites=[_site(book, site, today) for site in DutySite],
        bounds=BOUND_LABELS,
        tones=TONES,
        obstacles=book.on(ObstacleRow, today),
        places={lead: place for lead, place in PLACES.items() if account.role in place.roles},
    )


def _site(book: Rulebook, site: DutySite, today: date) -> SiteDuty:
    before = [row for row in book.all(DutyRow) if row.site is site and row.last and row.last < today]
    return SiteDuty(
        SITE_LABELS[site],
        book.find(DutyRow, today, SITE_LABELS[site]),
        tuple(sorted(before, key=lambda row: row.first, reverse=True)),
        tuple(row for row in book.all(GraceRow) if row.site is site and row.first <= today),
    )
