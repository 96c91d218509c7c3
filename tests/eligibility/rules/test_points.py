from datetime import date

import pytest

from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.points import (
    Claimed,
    Fact,
    PointsCase,
    RateBasis,
    VisitKind,
    additions,
    points,
    rate_level,
    use_rate,
)

BOOK = packaged_book()
FIRST, REPEAT = VisitKind.FIRST, VisitKind.REPEAT
CARD = frozenset({Fact.STANDARD, Fact.CARD, Fact.OBTAINED})
NO_CARD = frozenset({Fact.STANDARD})
LINKED = frozenset({Fact.LINKED})


def got(
    day: date, visit: VisitKind, facts: frozenset[Fact], rate: float | None = None, *claimed: Claimed
) -> int:
    return points(BOOK, PointsCase(day=day, visit=visit, facts=facts, use_rate=rate, claimed=claimed))


@pytest.mark.parametrize(
    ("day", "visit", "facts", "wanted"),
    [
        (date(2022, 3, 31), FIRST, CARD, 0),
        (date(2022, 4, 1), FIRST, CARD, 7),
        (date(2022, 9, 30), FIRST, CARD, 7),
        (date(2022, 9, 30), FIRST, NO_CARD, 3),
        (date(2022, 9, 30), REPEAT, CARD, 4),
        (date(2022, 9, 30), REPEAT, NO_CARD, 0),
        (date(2022, 10, 1), FIRST, CARD, 2),
        (date(2022, 10, 1), FIRST, NO_CARD, 4),
        (date(2022, 10, 1), REPEAT, NO_CARD, 0),
        (date(2023, 3, 31), FIRST, NO_CARD, 4),
        (date(2023, 4, 1), FIRST, NO_CARD, 6),
        (date(2023, 4, 1), FIRST, CARD, 2),
        (date(2023, 4, 1), REPEAT, NO_CARD, 2),
        (date(2023, 4, 1), REPEAT, CARD, 0),
        (date(2023, 12, 31), FIRST, NO_CARD, 6),
        (date(2024, 1, 1), FIRST, NO_CARD, 4),
        (date(2024, 1, 1), REPEAT, NO_CARD, 0),
        (date(2024, 5, 31), FIRST, NO_CARD, 4),
        (date(2024, 6, 1), FIRST, NO_CARD, 3),
        (date(2024, 6, 1), FIRST, CARD, 1),
        (date(2024, 6, 1), REPEAT, NO_CARD, 2),
        (date(2024, 6, 1), REPEAT, CARD, 1),
        (date(2024, 11, 30), FIRST, NO_CARD, 3),
        (date(2024, 12, 1), FIRST, NO_CARD, 1),
        (date(2024, 12, 1), FIRST, CARD, 1),
        (date(2026, 5, 31), REPEAT, CARD, 1),
        (date(2026, 6, 1), FIRST, CARD, 0),
        (date(2026, 6, 1), FIRST, LINKED, 4),
        (date(2026, 6, 1), FIRST, LINKED | {Fact.LINKED_ONE}, 9),
        (date(2026, 6, 1), FIRST, LINKED | {Fact.LINKED_ONE, Fact.LINKED_ALL}, 15),
        (date(2026, 6, 1), REPEAT, LINKED, 2),
        (date(2026, 6, 1), FIRST, frozenset({Fact.LINKED_ALL}), 0),
        (date(2030, 1, 1), FIRST, LINKED, 4),
        (date(2024, 12, 1), FIRST, frozenset(), 0),
    ],
)
def test_points_by_day(day: date, visit: VisitKind, facts: frozenset[Fact], wanted: int) -> None:
    assert got(day, visit, facts) == wanted


@pytest.mark.parametrize(
    ("day", "e_prescription", "rate", "wanted"),
    [
        (date(2024, 6, 1), False, None, 8),
        (date(2024, 9, 30), True, 0.0, 8),
        (date(2024, 10, 1), False, None, 0),
        (date(2024, 10, 1), False, 4.9, 0),
        (date(2024, 10, 1), False, 5, 8),
        (date(2024, 10, 1), False, 10, 10),
        (date(2024, 12, 31), False, 15, 11),
        (date(2025, 1, 1), False, 15, 8),
        (date(2025, 3, 31), False, 30, 11),
        (date(2025, 4, 1), True, 45, 12),
        (date(2025, 4, 1), True, 30, 11),
        (date(2025, 4, 1), True, 15, 10),
        (date(2025, 4, 1), False, 45, 10),
        (date(2025, 4, 1), False, 30, 9),
        (date(2025, 4, 1), False, 15, 8),
        (date(2025, 10, 1), True, 45, 11),
        (date(2026, 2, 28), True, 60, 12),
        (date(2026, 3, 1), True, 60, 11),
        (date(2026, 5, 31), False, 70, 10),
        (date(2026, 6, 1), True, 100, 0),
    ],
)
def test_points_of_the_dx_addition(day: date, e_prescription: bool, rate: float | None, wanted: int) -> None:
    facts = frozenset({Fact.DX, *([Fact.E_PRESCRIPTION] if e_prescription else [])})
    assert got(day, FIRST, facts, rate) == wanted
    assert got(day, REPEAT, facts, rate) == 0


def test_additions_of_different_families_add_up_and_say_what_they_are() -> None:
    case = PointsCase(day=date(2025, 4, 1), visit=FIRST, facts=CARD | {Fact.DX}, use_rate=50)
    assert [(one.row.name, one.points, one.row.mark) for one in additions(BOOK, case)] == [
        ("医療情報取得加算", 1, ""),
        ("医療DX推進体制整備加算４", 10, ""),
    ]
    assert points(BOOK, case) == 11


@pytest.mark.parametrize(
    ("day", "visit", "claimed", "wanted"),
    [
        (date(2025, 1, 10), REPEAT, None, 1),
        (date(2025, 3, 31), REPEAT, date(2025, 1, 10), 0),
        (date(2025, 4, 1), REPEAT, date(2025, 1, 10), 1),
        (date(2025, 1, 31), REPEAT, date(2024, 11, 1), 0),
        (date(2025, 2, 1), REPEAT, date(2024, 11, 30), 1),
        (date(2025, 1, 31), FIRST, date(2025, 1, 1), 0),
        (date(2025, 2, 1), FIRST, date(2025, 1, 31), 1),
        (date(2025, 1, 31), FIRST, date(2024, 1, 31), 1),
    ],
)
def test_an_addition_is_claimed_once_in_its_months(
    day: date, visit: VisitKind, claimed: date | None, wanted: int
) -> None:
    earlier = [Claimed("医療情報取得加算", visit, claimed)] if claimed else []
    assert got(day, visit, CARD, None, *earlier) == wanted
    if claimed and not wanted:
        case = PointsCase(day=day, visit=visit, facts=CARD, claimed=tuple(earlier))
        assert [one.claimed_on for one in additions(BOOK, case)] == [claimed]


def test_another_family_or_kind_of_visit_forbids_nothing() -> None:
    day = date(2025, 1, 10)
    others = [Claimed("医療DX推進体制整備加算", FIRST, day), Claimed("医療情報取得加算", REPEAT, day)]
    assert got(day, FIRST, CARD, None, *others) == 1


@pytest.mark.parametrize(
    ("rate", "pediatric", "level"),
    [
        (45, False, 1),
        (44.9, False, 2),
        (15, False, 3),
        (14.9, False, 0),
        (12, True, 3),
        (11.9, True, 0),
        (30, True, 2),
    ],
)
def test_the_level_of_a_use_rate(rate: float, pediatric: bool, level: int) -> None:
    assert rate_level(BOOK, date(2025, 4, 1), rate, pediatric=pediatric) == level


def test_without_a_table_or_a_rate_there_is_no_level() -> None:
    assert rate_level(BOOK, date(2025, 4, 1), None) == 0
    assert rate_level(BOOK, date(2024, 9, 30), 100) == 0
    assert rate_level(BOOK, date(2024, 10, 1), 4, pediatric=True) == 0


def test_the_best_of_three_months_counts_three_months_before() -> None:
    day = date(2025, 4, 15)
    rates = {date(2024, 10, 1): 99.0, date(2024, 11, 1): 41.0, date(2025, 1, 1): 40.0, date(2025, 2, 1): 98.0}
    assert use_rate(BOOK, day, RateBasis.CLAIMS, rates) == 41.0
    assert use_rate(BOOK, day, RateBasis.CLAIMS, {date(2025, 2, 1): 98.0}) is None
    assert use_rate(BOOK, day, RateBasis.CHECKS, rates) is None
    assert use_rate(BOOK, date(2025, 1, 31), RateBasis.CHECKS, rates) == 41.0
    assert use_rate(BOOK, date(2024, 12, 31), RateBasis.CHECKS, rates) == 99.0
