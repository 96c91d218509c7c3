"""Whom of a day's list somebody is: what is not known differs from nothing, twins are told apart or left alone."""

from datetime import date, datetime

import pytest

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Outcome, Urgency
from appliance.eligibility.expecting import (
    Awaited,
    Numbers,
    answered_numbers,
    asked_numbers,
    day_of_list,
    listed_numbers,
)
from appliance.eligibility.message import Qualification, SearchInfo

LISTED = Numbers("06139992", "架空１２", "3456", "01", "19800217")


def awaited(**people: Numbers) -> Awaited:
    made = Awaited()
    for name, numbers in people.items():
        made.add(name, (numbers,), (f"1319999999 {name}",))
    return made


@pytest.mark.parametrize(
    ("came", "who"),
    [
        (LISTED, "taro"),
        (Numbers("06139992", "架空12", "３４５６", "01", "19800217"), "taro"),
        (Numbers("06139992", "", "3456", "", "19800217"), "taro"),
        (Numbers("06139992", "架空13", "3456", "01", "19800217"), None),
        (Numbers("06139992", "架空１２", "3456", "02", "19800217"), None),
        (Numbers("06139992", "架空１２", "3456", "01", "19800218"), None),
        (Numbers("06139992", "架空１２", "", "01", "19800217"), None),
        (Numbers("", "", "", "", ""), None),
    ],
)
def test_the_numbers_say_who_came(came: Numbers, who: str | None) -> None:
    assert awaited(taro=LISTED).who((came,), ()) == who


def test_padding_of_the_insurer_makes_no_difference() -> None:
    listed = Numbers("139998", "", "77", "", "19800217")
    assert awaited(taro=listed).who((Numbers("  139998", "", "77", "", "19800217"),), ()) == "taro"


def test_twins_are_told_apart_by_their_branch_and_else_left_alone() -> None:
    first, second = (Numbers("06139992", "1", "2", branch, "20200101") for branch in ("02", "03"))
    twins = awaited(first=first, second=second)
    assert twins.who((second,), ()) == "second"
    unknown = (Numbers("06139992", "1", "2", "", "20200101"),)
    assert twins.who(unknown, ()) is None
    assert twins.who(unknown, ("1319999999 second",)) == "second", "by the number the clinic gave"
    assert twins.who(unknown, ("1319999999 third",)) is None


def test_a_new_insurance_is_found_by_the_number_the_clinic_registered() -> None:
    changed = Numbers("39139994", "", "99", "", "19800217")
    assert awaited(taro=LISTED).who((changed,), ("1319999999 taro",)) == "taro"
    assert awaited(taro=LISTED).who((changed,), ("1399999996 taro",)) is None
    # Numbers that name somebody count more than a number that may be another's.
    both = awaited(taro=LISTED, jiro=changed)
    assert both.who((changed,), ("1319999999 taro",)) == "jiro"


def test_what_the_bulk_run_found_is_waited_for_as_well() -> None:
    asked = Appointment(
        line=2, insurer_number="06139992", symbol="架空１２", number="3456", birthdate="19800217"
    )
    facts = {"insurer_number": "39139994", "number": "99", "branch": "00"}
    found = listed_numbers(asked, Outcome(Urgency.CHANGED, facts=(facts,)))
    answer = Qualification(
        insurer_number="39139994",
        insured_identification_number="99",
        insured_branch_number="00",
        birthdate="19800217",
    )
    search = SearchInfo(insurer_number="06139992", insured_identification_number="3456", birthdate="19800217")
    made = Awaited()
    made.add("taro", found, ())
    assert made.who((answered_numbers(answer),), ()) == "taro"
    assert made.who((asked_numbers(search),), ()) == "taro"


@pytest.mark.parametrize(("hour", "day"), [(0, 23), (11, 23), (12, 24), (23, 24)])
def test_a_list_without_a_day_is_todays_before_noon_and_tomorrows_after(hour: int, day: int) -> None:
    assert day_of_list(datetime(2026, 11, 23, hour, 30)) == date(2026, 11, day)  # noqa: DTZ001 - of the clinic
