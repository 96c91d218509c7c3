"""What a card's front says, and when it may be believed."""

from datetime import date

import pytest

from appliance.eligibility.card_face import CardFace, birthdate_in, expiry_in

TODAY = date(2026, 11, 29)
FACE = CardFace(date(1980, 2, 17), date(2035, 2, 17), "2285")


def test_the_number_is_the_one_of_the_worked_example() -> None:
    assert FACE.number_b == "55021720352285"
    assert CardFace(date(2019, 5, 1), date(2027, 5, 1), "0001").number_b == "01050120270001"
    assert CardFace(date(1989, 1, 7), date(2027, 1, 7), "0001").number_b[:6] == "640107"
    assert CardFace(date(1926, 12, 25), date(2027, 12, 25), "0001").number_b[:6] == "011225"


def test_it_is_in_no_repr() -> None:
    assert "2285" not in repr(FACE)
    assert "1980" not in repr(FACE)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和55年2月17日生", date(1980, 2, 17)),
        ("令和元年5月1日生", date(2019, 5, 1)),
        ("平成元年1月8日生性別女", date(1989, 1, 8)),
        ("平成31年5月1日生", None),
        ("昭和55年2月30日生", None),
        ("1980年2月17日生", None),
        ("昭和55年2月17日", None),
        ("昭和55年2月17日生昭和55年2月17日生", None),
        ("", None),
    ],
)
def test_a_birth_date_is_taken_from_its_era_alone(text: str, day: date | None) -> None:
    assert birthdate_in(text) == day


def test_an_end_of_validity_is_taken_from_its_sentence() -> None:
    assert expiry_in("2035年2月17日まで有効") == date(2035, 2, 17)
    assert expiry_in("令和17年2月17日まで有効") is None
    assert expiry_in("2035年2月17日") is None
    assert expiry_in("2035年13月17日まで有効") is None


@pytest.mark.parametrize(
    ("born", "ends", "code", "is_plausible"),
    [
        (date(1980, 2, 17), date(2035, 2, 17), "2285", True),
        (date(1980, 2, 17), date(2026, 2, 17), "2285", False),
        (date(1980, 2, 17), date(2037, 2, 17), "2285", False),
        (date(1980, 2, 17), date(2035, 2, 11), "2285", False),
        (date(1980, 2, 29), date(2035, 2, 28), "2285", True),
        (date(1980, 2, 29), date(2035, 3, 1), "2285", True),
        (date(1980, 2, 28), date(2035, 3, 1), "2285", False),
        (date(2026, 11, 29), date(2031, 11, 29), "2285", False),
        (date(1880, 2, 17), date(2035, 2, 17), "2285", False),
        (date(1980, 2, 17), date(2035, 2, 17), "22850", False),
        (date(1980, 2, 17), date(2035, 2, 17), "２２８５", False),
    ],
)
def test_only_a_valid_cards_word_is_believed(born: date, ends: date, code: str, is_plausible: bool) -> None:
    assert CardFace(born, ends, code).is_plausible(TODAY) is is_plausible
