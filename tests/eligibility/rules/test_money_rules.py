from datetime import date

import pytest

from appliance.eligibility.ages import AgeGroup
from appliance.eligibility.rules.ceilings import ceiling
from appliance.eligibility.rules.copayment import compare_ratio, shares_by_age, spoken_percents
from appliance.eligibility.rules.incentives import Site, incentive_per_use, subsidy
from appliance.eligibility.rules.packaged_book import packaged_book

BOOK = packaged_book()
BEFORE, AFTER = date(2026, 7, 31), date(2026, 8, 1)


@pytest.mark.parametrize(
    ("code", "day", "cost", "yen"),
    [
        ("A01", BEFORE, 842_000, 252_600),
        ("A01", BEFORE, 1_000_000, 254_180),
        ("A02", BEFORE, 1_000_000, 171_820),
        ("A03", BEFORE, 1_000_000, 87_430),
        ("A03", BEFORE, 0, 80_100),
        ("A03", BEFORE, 267_040, 80_100),
        ("A03", BEFORE, 267_050, 80_101),
        ("A04", BEFORE, 1_000_000, 57_600),
        ("A05", BEFORE, 1_000_000, 35_400),
        ("B01", BEFORE, 1_000_000, 254_180),
        ("B04", BEFORE, 1_000_000, 57_600),
        ("B09", BEFORE, 1_000_000, 57_600),
        ("B05", BEFORE, 1_000_000, 24_600),
        ("B06", BEFORE, 1_000_000, 15_000),
        ("A01", AFTER, 1_001_000, 271_300),
        ("A02", AFTER, 597_000, 179_100),
        ("A03", AFTER, 1_000_000, 92_940),
        ("A04", AFTER, 0, 61_500),
        ("A05", AFTER, 0, 36_900),
        ("B03", AFTER, 286_000, 85_800),
        ("B04", AFTER, 0, 61_500),
        ("B05", AFTER, 0, 25_700),
        ("B06", AFTER, 0, 15_700),
    ],
)
def test_ceilings_by_day(code: str, day: date, cost: int, yen: int) -> None:
    found = ceiling(BOOK, code, day, cost)
    assert found is not None
    assert found.yen == yen


@pytest.mark.parametrize(
    ("code", "day", "repeated", "outpatient"),
    [
        ("A01", BEFORE, 140_100, None),
        ("A02", AFTER, 93_000, None),
        ("A03", AFTER, 44_400, None),
        ("A05", AFTER, 24_600, None),
        ("B04", BEFORE, 44_400, 18_000),
        ("B10", AFTER, 44_400, 22_000),
        ("B05", BEFORE, None, 8_000),
        ("B05", AFTER, 24_600, 11_000),
        ("B06", BEFORE, None, 8_000),
        ("B06", AFTER, None, 8_000),
    ],
)
def test_repeated_months_and_outpatients(
    code: str, day: date, repeated: int | None, outpatient: int | None
) -> None:
    plain = ceiling(BOOK, code, day, 100_000)
    often = ceiling(BOOK, code, day, 100_000, repeated=True)
    outside = ceiling(BOOK, code, day, 100_000, outpatient=True)
    assert plain is not None
    assert often is not None
    assert outside is not None
    assert often.yen == (repeated or plain.yen)
    assert outside.yen == (outpatient or plain.yen)


def test_a_ceiling_is_a_rough_figure_and_says_so() -> None:
    known, open_ = ceiling(BOOK, "A03", BEFORE, 1_000_000), ceiling(BOOK, "A03", AFTER, 1_000_000)
    assert known is not None
    assert open_ is not None
    assert (known.words(), open_.words()) == ("目安 87,430円", "目安 92,940円（確認中）")
    assert (known.row.yearly, open_.row.yearly) == (None, 530_000)


def test_a_code_nobody_knows_has_no_ceiling() -> None:
    assert ceiling(BOOK, "A07", AFTER, 1) is None
    assert ceiling(BOOK, "A01", date(2020, 1, 1), 1) is None


@pytest.mark.parametrize(
    ("birth", "day", "group", "percents"),
    [
        (date(2020, 4, 2), date(2027, 3, 31), AgeGroup.PRESCHOOL, (20,)),
        (date(2020, 4, 1), date(2026, 4, 1), AgeGroup.STANDARD, (30,)),
        (date(1956, 8, 2), date(2026, 8, 31), AgeGroup.STANDARD, (30,)),
        (date(1956, 8, 2), date(2026, 9, 1), AgeGroup.SEVENTIES, (20, 30)),
        (date(1951, 6, 15), date(2026, 6, 15), AgeGroup.ELDERLY, (10, 20, 30)),
        (date(1940, 1, 1), date(2022, 9, 30), AgeGroup.ELDERLY, (10, 30)),
        (date(1940, 1, 1), date(2022, 10, 1), AgeGroup.ELDERLY, (10, 20, 30)),
    ],
)
def test_shares_by_age(birth: date, day: date, group: AgeGroup, percents: tuple[int, ...]) -> None:
    row = shares_by_age(BOOK, birth, day)
    assert row is not None
    assert (row.group, row.percents) == (group, percents)


@pytest.mark.parametrize("answered", ["020", "030", "", None, "abc"])
def test_a_ratio_that_the_age_allows_is_not_asked_about(answered: str | None) -> None:
    assert compare_ratio(BOOK, date(1955, 1, 1), BEFORE, answered).sentence == ""


def test_a_ratio_that_it_does_not_is_shown_beside_the_ages_and_asked_about() -> None:
    found = compare_ratio(BOOK, date(1955, 1, 1), BEFORE, "010")
    assert (found.answered, found.allowed) == (10, (20, 30))
    assert found.sentence == (
        "センターの回答は1割、年齢（70〜74歳）からは2割または3割です。書類と保険者にお確かめください。"
    )


@pytest.mark.parametrize(
    ("percents", "words"),
    [
        ((30,), "3割"),
        ((20, 30), "2割または3割"),
        ((10, 20, 30), "1〜3割"),
        ((0,), "負担なし"),
        ((100,), "10割"),
        ((5,), "5%"),
    ],
)
def test_shares_in_words(percents: tuple[int, ...], words: str) -> None:
    assert spoken_percents(percents) == words


@pytest.mark.parametrize(
    ("site", "day", "cost", "yen"),
    [
        (Site.CLINIC, date(2021, 3, 31), 500_000, 429_000),
        (Site.CLINIC, date(2021, 3, 31), 300_000, 300_000),
        (Site.CLINIC, date(2021, 4, 1), 429_000, 321_000),
        (Site.CLINIC, date(2022, 6, 6), 900_000, 321_000),
        (Site.CLINIC, date(2022, 6, 7), 900_000, 429_000),
        (Site.CHAIN_PHARMACY, date(2022, 6, 7), 429_000, 214_000),
        (Site.HOSPITAL_1, date(2021, 4, 1), 9_999_999, 1_050_000),
        (Site.HOSPITAL_2, date(2021, 4, 1), 9_999_999, 1_001_000),
        (Site.HOSPITAL_3, date(2021, 4, 1), 9_999_999, 951_000),
        (Site.HOSPITAL_1, date(2022, 12, 31), 9_999_999, 2_101_000),
        (Site.HOSPITAL_2, date(2022, 12, 31), 9_999_999, 2_002_000),
        (Site.HOSPITAL_3, date(2022, 12, 31), 9_999_999, 1_903_000),
        (Site.CLINIC, date(2023, 1, 1), 429_000, None),
    ],
)
def test_subsidies_are_rounded_down(site: Site, day: date, cost: int, yen: int | None) -> None:
    assert subsidy(BOOK, site, day, cost) == yen


@pytest.mark.parametrize(
    ("rise", "yen", "mark"),
    [(4.9, None, ""), (5, 20, ""), (10, 40, ""), (30, 40, "（確認中）"), (50, 120, "")],
)
def test_incentives_by_the_rise_of_the_use_rate(rise: float, yen: int | None, mark: str) -> None:
    row = incentive_per_use(BOOK, date(2024, 3, 1), rise)
    assert (row.per_use if row else None, row.mark if row else "") == (yen, mark)
    assert incentive_per_use(BOOK, date(2024, 7, 1), rise) is None
