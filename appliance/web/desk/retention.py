"""What the box keeps about people, how long and why; and what it has removed by itself, with the proof that it is gone."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template

from appliance.eligibility.retention import Ending, RetentionRule, rules
from appliance.eligibility.said import said
from appliance.ledger.retention import applying, clock, proofs
from appliance.ledger.retention.proofs import Proof
from appliance.ledger.times import clinic_day
from appliance.web import guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.desk.setting_fields import FIELDS
from appliance.web.room import here

_YEAR = 365.25


@dataclass(frozen=True)
class KeptRow:
    """One rule as the page shows it. `gone_before`: what ended on an earlier day is removed; `proof`: its last removal."""

    rule: RetentionRule
    how_long: str
    gone_before: date | None
    proof: Proof | None
    setting: str


@blueprint.get("/desk/retention")
@guard.allow(*KEEPERS)
def retention_page() -> str:
    """All rules, the last removal by each, and how clean the file is."""
    room = here()
    now = room.clock()
    days = applying.days_of(room.settings)
    found = proofs.proofs(room.ledger)
    rows = [
        KeptRow(
            rule,
            _how_long(rule, days.get(rule.id, 0)),
            clinic_day(now - timedelta(days=days[rule.id])) if rule.id in days else None,
            found.get(rule.id),
            f"/desk/settings#{rule.setting}" if rule.setting in FIELDS else "",
        )
        for rule in rules()
    ]
    return render_template(
        "desk/retention.html",
        rows=rows,
        file=proofs.cleaned(room.ledger),
        held_until=clock.held_until(room.ledger, now),
        moment=moment,
        proof_day=clinic_day,
    )


def _how_long(rule: RetentionRule, days: int) -> str:
    match rule.ending:
        case Ending.DAYS:
            years = _whole_years(days)
            if years:
                return said("{since}から{years}年（{days}日）", since=rule.since, years=years, days=days)
            return said("{since}から{days}日", since=rule.since, days=days)
        case Ending.BOX:
            return "装置を使うあいだ"
        case Ending.KEY | Ending.TERM:
            return said("{since}まで", since=rule.since)


def _whole_years(days: int) -> int:
    """How many years the days are when they are whole ones with their leap days, 0 when they are not."""
    years = int(days / _YEAR)
    return years if days == math.ceil(years * _YEAR) else 0
