import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.numbers import (
    check_digit,
    has_valid_check_digit,
    normal_insurer_number,
    padded_insurer_number,
)

INSURERS_8 = [
    "01139997",
    "02139996",
    "03139995",
    "04139994",
    "06139992",
    "07139991",
    "31139991",
    "32139990",
    "33139999",
    "34139998",
    "39139993",
    "63139992",
    "67139998",
    "72139991",
    "73139990",
    "74139999",
    "75139998",
]
INSURERS_6 = ["139998", "479998", "019992", "133991"]
INSTITUTIONS = ["1319999999", "1339999995", "1349999993", "2718888882", "0117777771", "0110113719"]
PUBLIC_EXPENSES = [
    "10139996",
    "11139995",
    "12139994",
    "15139991",
    "16139990",
    "19139997",
    "20139994",
    "21139993",
    "24139990",
    "25139999",
    "28139996",
    "29139995",
    "30139992",
    "38139994",
    "51139996",
    "52139995",
    "54139993",
    "62139993",
    "66139999",
    "80139991",
    "83139998",
    "33120015",
    "54016027",
]
BENEFICIARIES = ["0000018", "1234566", "9999996", "5555552", "1000009"]
INVALID_TWINS = [
    "06139993",
    "139999",
    "1319999998",
    "12139995",
    "1234567",
    "01234567",
    "1311111111",
    "1312345678",
    "3110215454",
]

bodies = st.text("0123456789", min_size=1, max_size=12)


@pytest.mark.parametrize("number", INSURERS_8 + INSURERS_6 + INSTITUTIONS + PUBLIC_EXPENSES + BENEFICIARIES)
def test_the_digit_of_a_valid_number_fits(number: str) -> None:
    assert has_valid_check_digit(number)


@pytest.mark.parametrize("number", INVALID_TWINS)
def test_the_digit_of_an_invalid_twin_does_not(number: str) -> None:
    assert not has_valid_check_digit(number)


@pytest.mark.parametrize(("body", "digit"), [("0613999", 2), ("13999", 8), ("131999999", 9)])
def test_the_worked_examples(body: str, digit: int) -> None:
    assert check_digit(body) == digit


@pytest.mark.parametrize(
    "text", ["", "1", "12a4", "０６１３９９９２", "٠٦١٣٩٩٩٢", " 139998", "-139998", "²²"]
)
def test_what_is_no_number_has_no_valid_digit(text: str) -> None:
    assert not has_valid_check_digit(text)


@given(bodies)
def test_exactly_one_digit_fits_every_body(body: str) -> None:
    assert [d for d in "0123456789" if has_valid_check_digit(body + d)] == [str(check_digit(body))]


@given(bodies, st.data())
def test_every_single_wrong_digit_is_found(body: str, data: st.DataObject) -> None:
    number = body + str(check_digit(body))
    at = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    assert not has_valid_check_digit(number[:at] + wrong + number[at + 1 :])


@given(bodies, st.data())
def test_swapped_neighbours_are_found_unless_they_are_0_and_9(body: str, data: st.DataObject) -> None:
    number = body + str(check_digit(body))
    at = data.draw(st.integers(0, len(number) - 2))
    pair = number[at : at + 2]
    swapped = number[:at] + pair[::-1] + number[at + 2 :]
    assert has_valid_check_digit(swapped) == (pair[0] == pair[1] or set(pair) == {"0", "9"})


@given(bodies, st.integers(0, 4))
def test_leading_zeros_change_nothing(body: str, zeros: int) -> None:
    assert check_digit("0" * zeros + body) == check_digit(body)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  139998", "139998"),
        ("00139998", "139998"),
        ("139998", "139998"),
        ("06139992", "06139992"),
        ("0013999", "0013999"),
        ("", ""),
    ],
)
def test_padding_goes_away_for_comparing(text: str, normal: str) -> None:
    assert normal_insurer_number(text) == normal


@given(st.sampled_from(INSURERS_6 + INSURERS_8))
def test_a_padded_number_is_8_wide_and_still_the_same(number: str) -> None:
    padded = padded_insurer_number(number)
    assert len(padded) == 8
    assert padded == number if len(number) == 8 else padded == "  " + number
    assert padded_insurer_number(padded) == padded
    assert normal_insurer_number(padded) == number
