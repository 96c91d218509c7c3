"""What a month's visits add up to, against sums made by hand."""

from datetime import date

import pytest

from appliance.eligibility.statistics.counted import Counted, Ending, Means
from appliance.eligibility.statistics.month_sums import Spread, spread, sums
from appliance.eligibility.statistics.time_saved import Assumed, time_saved
from appliance.eligibility.statistics.use_rate import UseRate, by_checks, by_patients

DAY = date(2026, 11, 2)


def visit(
    person: str = "a",
    means: Means = Means.CARD,
    seconds: float | None = 2.0,
    validity: str = "1",
    *,
    put_off: bool = False,
) -> Counted:
    valid = Ending.VALID if validity == "1" else Ending.NOT_VALID
    return Counted(
        check_id=person,
        day=DAY,
        means=means,
        person=person,
        ending=Ending.OPEN if seconds is None else valid,
        validity="" if seconds is None else validity,
        seconds=seconds,
        was_put_off=put_off,
    )


def test_a_patient_with_card_and_paper_is_one_card_user_but_two_checks() -> None:
    visits = [visit("a"), visit("a", Means.PAPER), visit("b", Means.PAPER), visit("c", Means.RECEIPT)]
    assert by_checks(visits) == UseRate(1, 4)
    assert by_patients(visits) == UseRate(1, 3)
    assert by_patients(visits).percent == pytest.approx(33.333, abs=0.001)


def test_a_rate_of_nobody_is_none() -> None:
    assert by_checks([]).percent is None
    assert by_patients([]).percent is None
    assert sums([]).wait == Spread(0, None, None, None)


@pytest.mark.parametrize(
    ("seconds", "put_off", "late"),
    [(20.0, False, False), (20.1, False, True), (3.0, True, True), (None, False, True)],
)
def test_late_is_more_than_twenty_seconds_or_put_off(
    seconds: float | None, put_off: bool, late: bool
) -> None:
    found = sums([visit(seconds=seconds, put_off=put_off)])
    assert (found.late, found.in_time) == (int(late), int(not late))


def test_sums_by_medium_ending_and_validity() -> None:
    visits = [
        visit("a"),
        visit("b", Means.PAPER, 4.0, "2"),
        visit("b", Means.PAPER, 5.0, "2"),
        visit("c", Means.PAPER, 6.0, "3"),
        visit("d", Means.PAPER, 7.0, "4"),
        visit("e", seconds=None),
    ]
    found = sums(visits)
    assert found.means == {Means.CARD: 2, Means.PHONE: 0, Means.PAPER: 4, Means.RECEIPT: 0, Means.OTHER: 0}
    assert (found.endings[Ending.VALID], found.endings[Ending.NOT_VALID]) == (1, 4)
    assert found.validities == {"1": 1, "2": 2, "3": 1, "4": 1}
    assert found.ended_seen == 2, "each patient once, and 該当なし is no insurance that ended"
    assert found.days == {DAY: 6}


def test_a_spread_by_hand() -> None:
    assert spread([3.0]) == Spread(1, 3.0, 3.0, 3.0)
    assert spread([float(number) for number in range(101)]) == Spread(101, 50.0, 95.0, 100.0)


def test_time_saved_counts_what_was_lost_too() -> None:
    visits = [visit("a"), visit("b", seconds=4.0), visit("c", Means.PAPER), visit("d", seconds=100.0)]
    found = time_saved(visits, 2, Assumed(by_hand=30, failure=20))
    assert (found.cards, found.failures) == (2, 3)
    assert (found.saved, found.waited, found.lost) == (60, 6, 60)
    assert found.net == -6
