from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.eras import ERAS, era_of, parse_date, to_date, wareki

days = st.dates(date(1873, 1, 1), date(2117, 12, 31))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("M6.1.1", date(1873, 1, 1)),
        ("M45.7.29", date(1912, 7, 29)),
        ("T1.7.30", date(1912, 7, 30)),
        ("T15.12.24", date(1926, 12, 24)),
        ("S1.12.25", date(1926, 12, 25)),
        ("S64.1.7", date(1989, 1, 7)),
        ("H1.1.8", date(1989, 1, 8)),
        ("H31.4.30", date(2019, 4, 30)),
        ("R1.5.1", date(2019, 5, 1)),
        ("R8.2.28", date(2026, 2, 28)),
        ("S55.2.29", date(1980, 2, 29)),
    ],
)
def test_the_edge_days_of_every_era(typed: str, day: date) -> None:
    assert parse_date(typed) == day
    assert parse_date(wareki(day)) == day


@pytest.mark.parametrize(
    "typed",
    [
        "M5.12.31",
        "M45.7.30",
        "T1.7.29",
        "T15.12.25",
        "S1.12.24",
        "S64.1.8",
        "H1.1.7",
        "H31.5.1",
        "R1.4.30",
        "S0.1.1",
    ],
)
def test_a_day_beside_its_era_is_refused_with_the_era_named(typed: str) -> None:
    name = next(era.name for era in ERAS if era.letter == typed[0])
    with pytest.raises(ValueError, match=f"{name}にない日付"):
        parse_date(typed)


@pytest.mark.parametrize("typed", ["S55.2.30", "1979-02-29", "19791301", "S54.13.1", "R1.0.1", "0000-01-01"])
def test_a_day_no_calendar_has_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="暦にない日付"):
        parse_date(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "S",
        "昭和",
        "54.3.5",
        "S1111",
        "S54305",
        "1979305",
        "X54.3.5",
        "S54.3",
        "2026",
        "明日",
        "S54.3.5.6",
        "S-54.3.5",
    ],
)
def test_what_is_no_date_or_could_be_several_is_not_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match=r"日付の書き方|にない日付"):
        parse_date(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "S54.3.5",
        "s54.3.5",
        "S54/3/5",
        "S54-03-05",
        "S540305",
        "3540305",
        "昭和54年3月5日",
        "昭和５４年３月５日",
        "Ｓ５４．３．５",
        "㍼54年3月5日",
        "19790305",
        "1979-03-05",
        "1979/3/5",
        "1979年3月5日",
        "１９７９年３月５日",
    ],
)
def test_one_day_in_every_way_of_typing_it(typed: str) -> None:
    assert parse_date(typed) == date(1979, 3, 5)
    assert parse_date(f"  {typed}\n") == date(1979, 3, 5)


def test_spaces_separate_too() -> None:
    assert parse_date("S54 3 5") == parse_date("昭和 54年 3月 5日") == date(1979, 3, 5)


@pytest.mark.parametrize(
    ("typed", "day"), [("令和元年5月1日", date(2019, 5, 1)), ("平成元年1月8日", date(1989, 1, 8))]
)
def test_the_first_year_has_a_name(typed: str, day: date) -> None:
    assert parse_date(typed) == day
    assert wareki(day) == typed


@given(days)
def test_every_day_survives_every_writing(day: date) -> None:
    era = era_of(day)
    year = day.year - {"1": 1868, "2": 1912, "3": 1926, "4": 1989, "5": 2019}[era.code] + 1
    packed = f"{year:02}{day:%m%d}"
    for written in (
        wareki(day),
        f"{day:%Y%m%d}",
        day.isoformat(),
        f"{era.letter}{year}.{day.month}.{day.day}",
    ):
        assert parse_date(written) == day
    assert parse_date(era.code + packed) == parse_date(era.letter + packed) == day
    assert to_date(era, year, day.month, day.day) == day


@given(days)
def test_a_day_lies_in_one_era_only(day: date) -> None:
    holding = [era for era in ERAS if era.first <= day and (era.last is None or day <= era.last)]
    assert holding == [era_of(day)]


def test_eras_follow_each_other_without_a_gap() -> None:
    for earlier, later in pairwise(ERAS):
        assert earlier.last is not None
        assert later.first - earlier.last == timedelta(days=1)


def test_days_before_the_calendar_have_no_era() -> None:
    with pytest.raises(ValueError, match="明治6年"):
        era_of(date(1872, 12, 31))


@given(st.text(max_size=15))
def test_any_other_text_gives_a_day_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(parse_date(text), date)
    except ValueError as error:
        assert "日付" in str(error)  # noqa: PT017 - both ways are right
