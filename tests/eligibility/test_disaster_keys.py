"""What a search of 災害時モード needs, and which areas there are."""

from datetime import date

import pytest

from appliance.eligibility import disaster
from appliance.eligibility.disaster import Keys, Way

TODAY = date(2026, 11, 22)
GOOD = Keys(name="見本　太郎", birthdate="S55.2.17", sex="1")
NUMBERS = Keys(insurer_number="06139992", number="3456", birthdate="19800217")


def test_a_whole_search_has_no_errors() -> None:
    assert disaster.errors(Way.IDENTITY, GOOD, TODAY) == {}
    assert disaster.errors(Way.NUMBERS, NUMBERS, TODAY) == {}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"sex": ""}, "sex"),
        ({"sex": "3"}, "sex"),
        ({"birthdate": ""}, "birthdate"),
        ({"birthdate": "きのう"}, "birthdate"),
        ({"birthdate": "20270101"}, "birthdate"),
        ({"birthdate": "M10.1.1"}, "birthdate"),
        ({"name": "あ" * 101}, "name"),
        ({"name": "見本\x00太郎"}, "name"),
        ({"address": "1234-5678-9018"}, "address"),
    ],
)
def test_what_cannot_be_searched_by_name(form: dict[str, str], field: str) -> None:
    typed = {"name": "見本", "birthdate": "19800217", "sex": "1"} | form
    assert set(disaster.errors(Way.IDENTITY, disaster.keys_of(typed), TODAY)) == {field}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"insurer_number": "0613999"}, "insurer_number"),
        ({"number": ""}, "number"),
        ({"branch": "1"}, "branch"),
    ],
)
def test_what_cannot_be_searched_by_numbers(form: dict[str, str], field: str) -> None:
    typed = {"insurer_number": "０６１３９９９２", "number": "1", "birthdate": "19800217"} | form
    assert set(disaster.errors(Way.NUMBERS, disaster.keys_of(typed), TODAY)) == {field}


def test_only_the_names_of_the_fields_in_use_are_told() -> None:
    both = Keys(name="見本", birthdate="19800217", sex="1", insurer_number="06139992")
    assert both.of(Way.IDENTITY).used == ("name", "birthdate", "sex")
    assert both.of(Way.NUMBERS).used == ("birthdate", "insurer_number")


@pytest.mark.parametrize(
    ("name", "is_kana"),
    [
        ("ミホン　タロウ", True),
        ("ﾐﾎﾝ ﾀﾛｳ", True),
        ("みほん", True),
        ("見本", False),
        ("ANNA", False),
        ("", False),
    ],
)
def test_kana_is_told_from_kanji(name: str, is_kana: bool) -> None:
    assert disaster.is_kana(name) is is_kana


def test_codes_of_an_area() -> None:
    assert disaster.area_codes(" 13、17201 172014, １３") == ("13", "17201")
    assert disaster.area_codes("") == ()
    for wrong in ("48", "00", "131", "東京"):
        with pytest.raises(ValueError, match="2桁"):
            disaster.area_codes(wrong)


def test_an_area_covers_the_prefecture_of_an_institutions_code() -> None:
    assert disaster.covers(("17201", "13"), "1319999999")
    assert not disaster.covers(("17201",), "1319999999")
    assert disaster.covers((), "1319999999")
