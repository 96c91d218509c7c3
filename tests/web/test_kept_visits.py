"""Visits of a month that is over are read once, and again as soon as anything has changed about any check."""

from datetime import date

from appliance.ledger import follow_ups, month_end, month_visits
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.follow_ups import How
from appliance.web.statistics.kept_visits import KeptVisits, Visits
from tests.web.desk_world import CODE, Desk
from tests.web.month_world import go_to, japan

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def test_a_month_that_is_over_is_read_again_after_a_change(desk: Desk) -> None:
    kept = KeptVisits()

    def read(days: tuple[date, date] = OCTOBER) -> Visits:
        found = kept.between(desk.ledger, *days, desk.now())
        assert found == month_visits.between(desk.ledger, *days, desk.now())
        return found

    go_to(desk, japan(30, 9, 0, month=10))
    first, second = (desk.answered(desk.typed(number=number), "4") for number in ("777", "888"))
    go_to(desk, japan(20, 18, 0))
    before = read()
    assert len(before) == 2
    assert read() is before
    assert read(NOVEMBER) == ()
    assert read() is before
    # A later question finds an insurance: the visit is another, though nobody touched its check.
    later = NewCheck(origin=Origin.MANUAL, institution_code=CODE, request_xml=b"<XmlMsg/>")
    desk.answered(follow_ups.open_after(desk.ledger, later, first, desk.now()), "1")
    assert [one.found_later for one in read()] == [True, False]
    assert len(read(NOVEMBER)) == 0
    now = read()
    assert month_end.close(desk.ledger, second, How.ELSEWHERE, "desk", desk.now())
    assert read() is not now


def test_the_month_that_runs_is_read_each_time(desk: Desk) -> None:
    kept = KeptVisits()
    go_to(desk, japan(20, 18, 0))
    desk.typed()
    fresh = kept.between(desk.ledger, *NOVEMBER, desk.now())
    go_to(desk, japan(20, 18, 5))
    assert len(fresh) == 0
    assert len(kept.between(desk.ledger, *NOVEMBER, desk.now())) == 1
