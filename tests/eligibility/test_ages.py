from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.ages import (
    AGE_GROUP_LABELS,
    AgeGroup,
    age_group,
    elderly_from,
    legal_age,
    preschool_until,
    reaches,
    seventies_from,
)

births = st.dates(date(1900, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("birth", "last"),
    [
        (date(2020, 4, 1), date(2026, 3, 31)),
        (date(2020, 4, 2), date(2027, 3, 31)),
        (date(2020, 2, 29), date(2026, 3, 31)),
        (date(2020, 1, 1), date(2026, 3, 31)),
        (date(2020, 12, 31), date(2027, 3, 31)),
    ],
)
def test_preschool_ends_on_the_first_end_of_march_at_six(birth: date, last: date) -> None:
    assert preschool_until(birth) == last
    assert age_group(birth, last) is AgeGroup.PRESCHOOL
    assert age_group(birth, last + timedelta(days=1)) is AgeGroup.STANDARD


@pytest.mark.parametrize(
    ("birth", "first"),
    [
        (date(1956, 8, 1), date(2026, 8, 1)),
        (date(1956, 8, 2), date(2026, 9, 1)),
        (date(1957, 1, 1), date(2027, 1, 1)),
        (date(1956, 12, 2), date(2027, 1, 1)),
        (date(1956, 2, 29), date(2026, 3, 1)),
    ],
)
def test_the_share_of_the_seventies_begins_with_a_month(birth: date, first: date) -> None:
    assert seventies_from(birth) == first
    assert age_group(birth, first - timedelta(days=1)) is AgeGroup.STANDARD
    assert age_group(birth, first) is AgeGroup.SEVENTIES


@pytest.mark.parametrize(
    ("birth", "first"),
    [
        (date(1951, 6, 15), date(2026, 6, 15)),
        (date(1952, 2, 29), date(2027, 3, 1)),
        (date(1952, 1, 1), date(2027, 1, 1)),
    ],
)
def test_the_elderly_change_on_the_birthday(birth: date, first: date) -> None:
    assert elderly_from(birth) == first
    assert age_group(birth, first - timedelta(days=1)) is AgeGroup.SEVENTIES
    assert age_group(birth, first) is AgeGroup.ELDERLY


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 4, 1), date(2020, 3, 30), 19),
        (date(2000, 4, 1), date(2020, 3, 31), 20),
        (date(2000, 1, 1), date(2019, 12, 30), 19),
        (date(2000, 1, 1), date(2019, 12, 31), 20),
        (date(2000, 2, 29), date(2001, 2, 27), 0),
        (date(2000, 2, 29), date(2001, 2, 28), 1),
        (date(2000, 2, 29), date(2004, 2, 28), 4),
        (date(2026, 5, 5), date(2026, 5, 5), 0),
    ],
)
def test_one_is_a_year_older_on_the_day_before_the_birthday(birth: date, day: date, age: int) -> None:
    assert legal_age(birth, day) == age


@given(births, st.integers(0, 120))
def test_an_age_is_reached_on_the_day_that_says_so(birth: date, years: int) -> None:
    day = reaches(birth, years)
    assert legal_age(birth, day) == years
    assert legal_age(birth, day - timedelta(days=1)) == years - 1


@given(births)
def test_the_groups_follow_each_other(birth: date) -> None:
    ends = [preschool_until(birth), seventies_from(birth), elderly_from(birth)]
    assert ends == sorted(ends)
    assert [age_group(birth, day) for day in ends] == [
        AgeGroup.PRESCHOOL,
        AgeGroup.SEVENTIES,
        AgeGroup.ELDERLY,
    ]


def test_every_group_has_a_word() -> None:
    assert set(AGE_GROUP_LABELS) == set(AgeGroup)
