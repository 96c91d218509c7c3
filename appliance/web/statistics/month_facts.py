"""Everything that the ledger knows of a month, read once for a page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.statistics import month_sums, use_rate
from appliance.eligibility.statistics.counted import Counted
from appliance.eligibility.statistics.month_sums import MonthSums, Spread
from appliance.eligibility.statistics.time_saved import Assumed, TimeSaved, time_saved
from appliance.eligibility.statistics.use_rate import UseRate
from appliance.ledger import figures, line, line_log, line_report, month_visits, visit_troubles
from appliance.ledger.database import Ledger
from appliance.ledger.figures import Entered, Figure
from appliance.ledger.line_log import Asked
from appliance.ledger.line_report import MonthReport, Outage
from appliance.ledger.times import to_text
from appliance.ledger.visit_troubles import TroubleCount
from appliance.web.statistics.area import Month
from appliance.web.statistics.kept_visits import Reading


@dataclass(frozen=True)
class MonthFacts:
    """The visits of a month and their sums, the line's report, what readers met, what people entered."""

    month: Month
    visits: tuple[Counted, ...]
    sums: MonthSums
    by_checks: UseRate
    by_patients: UseRate
    report: MonthReport
    outages: tuple[Outage, ...]
    own_seconds: Spread
    troubles: tuple[TroubleCount, ...]
    figures: dict[Figure, Entered]
    assumed: Assumed
    time: TimeSaved
    bulk_people: int
    bulk_changed: int


def read(
    ledger: Ledger, month: Month, now: datetime, visits_of: Reading = month_visits.between
) -> MonthFacts:
    """The facts of a month as far as it has come."""
    visits = visits_of(ledger, month.first, month.last, now)
    asked = line_log.between(ledger, month.begins, month.ends)
    states = line.between(ledger, month.begins, month.ends)
    troubles = visit_troubles.between(ledger, month.begins, month.ends)
    entered = figures.of_month(ledger, month.name)
    assumed = _assumed(entered)
    bulk_people, bulk_changed = month_visits.asked_in_bulk(ledger, to_text(month.begins), to_text(month.ends))
    return MonthFacts(
        month=month,
        visits=visits,
        sums=month_sums.sums(visits),
        by_checks=use_rate.by_checks(visits),
        by_patients=use_rate.by_patients(visits),
        report=line_report.summed(month.name, asked, states, month.begins, min(month.ends, now)),
        outages=tuple(line_report.outages_of(states, month.begins, min(month.ends, now))),
        own_seconds=month_sums.spread(_own_seconds(visits, asked)),
        troubles=troubles,
        figures=entered,
        assumed=assumed,
        time=time_saved(visits, sum(one.count for one in troubles), assumed),
        bulk_people=bulk_people,
        bulk_changed=bulk_changed,
    )


def _assumed(entered: dict[Figure, Entered]) -> Assumed:
    usual = Assumed()
    by_hand, failure = entered.get(Figure.HAND_SECONDS), entered.get(Figure.FAILURE_SECONDS)
    return Assumed(by_hand.value if by_hand else usual.by_hand, failure.value if failure else usual.failure)


def _own_seconds(visits: tuple[Counted, ...], asked: tuple[Asked, ...]) -> list[float]:
    """For each visit that one request answered: how long it took beside that request."""
    requests: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if one.check_id is not None:
            requests[one.check_id].append(one)
    return [
        max(0.0, visit.seconds - found[0].seconds)
        for visit in visits
        if visit.seconds is not None
        and not visit.was_put_off
        and len(found := requests.get(visit.check_id, [])) == 1  # nosec B113 - a dictionary
        and found[0].is_answered
    ]
