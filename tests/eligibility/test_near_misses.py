from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.near_misses import near_misses
from appliance.eligibility.numbers import check_digit, has_valid_check_digit
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.structures import NumberKind

LAWS = laws(packaged_book(), LawSide.INSURER, date(2026, 11, 22))


def test_a_worn_3_read_as_5_is_offered_first() -> None:
    nearest, *others = near_misses(NumberKind.INSURER, "06159992", LAWS)
    assert (nearest.number, nearest.position, nearest.swapped, nearest.likely) == ("06139992", 3, False, True)
    assert nearest.words("06159992") == "4桁目は 5 ではなく 3 ではありませんか"
    assert others


def test_swapped_neighbours_are_offered() -> None:
    found = [near for near in near_misses(NumberKind.INSURER, "01319997", LAWS) if near.number == "01139997"]
    assert [(near.swapped, near.words("01319997")) for near in found] == [
        (True, "3桁目と4桁目が入れ替わっていませんか（31 → 13）")
    ]


def test_numbers_of_no_known_law_come_last() -> None:
    found = near_misses(NumberKind.INSURER, "06139993", LAWS)
    known = [near.number[:2] in LAWS and 1 <= int(near.number[2:4]) <= 47 for near in found]
    assert known == sorted(known, reverse=True)
    assert {True, False} == set(known)


@pytest.mark.parametrize("number", ["06139992", "139998", "0613999a", "", "０６１３９９９３"])
def test_nothing_is_offered_for_a_right_digit_or_no_number(number: str) -> None:
    assert near_misses(NumberKind.INSURER, number, LAWS) == ()


def test_a_branch_has_no_digit_to_be_wrong() -> None:
    assert near_misses(NumberKind.BRANCH, "01", LAWS) == ()


numbers = st.text("0123456789", min_size=7, max_size=7).map(lambda body: body + str(check_digit(body)))


@given(numbers, st.integers(0, 7), st.integers(1, 9))
def test_the_right_number_is_always_among_them(number: str, at: int, by: int) -> None:
    typed = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    found = near_misses(NumberKind.INSURER, typed, LAWS)
    assert number in {near.number for near in found}
    assert all(has_valid_check_digit(near.number) for near in found)
    assert sorted(near.position for near in found if not near.swapped) == list(range(8))


@given(numbers, st.integers(0, 6))
def test_so_is_the_number_before_a_swap(number: str, at: int) -> None:
    typed = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if has_valid_check_digit(typed):
        assert {number[at], number[at + 1]} in ({"0", "9"}, {number[at]})
    else:
        assert (number, True) in {
            (near.number, near.swapped) for near in near_misses(NumberKind.INSURER, typed, LAWS)
        }
