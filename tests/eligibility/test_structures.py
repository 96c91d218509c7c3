from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.structures import (
    UNKNOWN_INSURERS,
    NumberKind,
    insurer_number_warnings,
    is_national_association,
    is_unknown_insurer,
    number_warnings,
    parts_of,
)

DAY = date(2026, 11, 22)
INSURER_LAWS = laws(packaged_book(), LawSide.INSURER, DAY)
PUBLIC_LAWS = laws(packaged_book(), LawSide.PUBLIC, DAY)

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
PUBLIC_PAYERS = [
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
    "54016027",
]
BENEFICIARIES = ["0000018", "1234566", "9999996", "5555552", "1000009"]
GOOD = [
    *((NumberKind.INSURER, number) for number in [*INSURERS_8, *INSURERS_6, "00139998", "  139998"]),
    *((NumberKind.INSTITUTION, number) for number in INSTITUTIONS),
    *((NumberKind.PUBLIC_PAYER, number) for number in PUBLIC_PAYERS),
    *((NumberKind.BENEFICIARY, number) for number in BENEFICIARIES),
    *((NumberKind.BRANCH, number) for number in ["00", "01", "99", "", "  "]),
]
INVALID_TWINS = [
    (NumberKind.INSURER, "06139993"),
    (NumberKind.INSURER, "139999"),
    (NumberKind.INSTITUTION, "1319999998"),
    (NumberKind.PUBLIC_PAYER, "12139995"),
    (NumberKind.BENEFICIARY, "1234567"),
]


def warnings(kind: NumberKind, number: str) -> tuple[str, ...]:
    if kind is NumberKind.INSURER:
        return insurer_number_warnings(number, INSURER_LAWS)
    return number_warnings(kind, number, PUBLIC_LAWS)


@pytest.mark.parametrize(("kind", "number"), GOOD)
def test_a_good_number_gives_no_warning(kind: NumberKind, number: str) -> None:
    assert warnings(kind, number) == ()


@pytest.mark.parametrize(("kind", "number"), INVALID_TWINS)
def test_an_invalid_twin_is_warned_of_for_its_digit_alone(kind: NumberKind, number: str) -> None:
    assert warnings(kind, number) == ("検証番号が合いません。1桁ちがいがないかお確かめください。",)


@pytest.mark.parametrize("number", sorted(UNKNOWN_INSURERS))
def test_the_numbers_for_unknown_insurance_are_accepted(number: str) -> None:
    assert is_unknown_insurer(number)
    assert insurer_number_warnings(number, INSURER_LAWS) == ()


def test_only_the_second_number_for_unknown_insurance_passes_the_check_digit() -> None:
    assert {number: has_valid_check_digit(number) for number in UNKNOWN_INSURERS} == {
        "77777777": False,
        "77777779": True,
    }


def test_the_number_of_medical_assistance_may_be_typed_as_an_insurers() -> None:
    assert insurer_number_warnings("12139994", INSURER_LAWS) == ()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("06139993", ["検証番号"]),
        ("139999", ["検証番号"]),
        ("05139993", ["法別番号 05"]),
        ("06489992", ["都道府県番号 48", "検証番号"]),
        ("00009992", ["都道府県番号 00", "検証番号"]),
        ("0613999", ["8桁"]),
        ("", ["8桁"]),
        ("０６１３９９９２", ["8桁"]),
        ("0613999a", ["8桁"]),
    ],
)
def test_each_thing_that_looks_wrong_is_said_once(number: str, words: list[str]) -> None:
    found = insurer_number_warnings(number, INSURER_LAWS)
    assert len(found) == len(words)
    assert all(word in warning for word, warning in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("kind", "number", "word"),
    [
        (NumberKind.INSTITUTION, "1329999997", "点数表番号 2"),
        (NumberKind.INSTITUTION, "131999999", "10桁"),
        (NumberKind.INSTITUTION, "4819999999", "都道府県番号 48"),
        (NumberKind.PUBLIC_PAYER, "40139999", "法別番号 40"),
        (NumberKind.PUBLIC_PAYER, "139998", "8桁"),
        (NumberKind.BENEFICIARY, "123456", "7桁"),
        (NumberKind.BRANCH, "1", "2桁"),
        (NumberKind.BRANCH, "０1", "2桁"),
    ],
)
def test_other_numbers_are_warned_of_too(kind: NumberKind, number: str, word: str) -> None:
    assert any(word in warning for warning in warnings(kind, number))


def test_the_parts_of_each_structure() -> None:
    def spoken(kind: NumberKind, number: str) -> list[tuple[str, str]]:
        return [(part.label, part.digits) for part in parts_of(kind, number)]

    assert spoken(NumberKind.INSURER, "06139992") == [
        ("法別番号", "06"),
        ("都道府県", "13"),
        ("保険者別番号", "999"),
        ("検証番号", "2"),
    ]
    assert spoken(NumberKind.INSURER, "  139998")[0] == ("都道府県", "13")
    assert spoken(NumberKind.INSTITUTION, "1319999999")[1] == ("点数表", "1")
    assert spoken(NumberKind.BENEFICIARY, "1234566") == [("受給者区分", "123456"), ("検証番号", "6")]
    assert spoken(NumberKind.PUBLIC_PAYER, "1213999") == []


@given(st.sampled_from([*INSURERS_8, *INSURERS_6]))
def test_the_parts_are_the_whole_number(number: str) -> None:
    assert "".join(part.digits for part in parts_of(NumberKind.INSURER, number)) == number


@pytest.mark.parametrize(
    ("number", "is_one"),
    [("133991", True), ("00133991", True), ("139998", False), ("06133991", False), ("13", False)],
)
def test_a_national_association_is_known_by_its_third_digit(number: str, is_one: bool) -> None:
    assert is_national_association(number) is is_one


@given(st.sampled_from(NumberKind), st.text(max_size=12))
def test_no_text_upsets_the_warnings(kind: NumberKind, number: str) -> None:
    assert all(text.endswith(("。", "）。")) for text in number_warnings(kind, number, PUBLIC_LAWS))


def test_every_insurer_vector_uses_a_law_of_the_table() -> None:
    assert {number[:2] for number in INSURERS_8} == set(INSURER_LAWS)
