"""加算 of a month by the packaged rules, against points added up by hand."""

from dataclasses import replace
from datetime import date

from appliance.eligibility.rules.incentives import Site as Applicant
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.points import Fact, VisitKind
from appliance.eligibility.rules.points_month import PointsOfMonth, Site, VisitPoints, income, simulate
from appliance.eligibility.rules.quote_sums import quote_sum
from appliance.eligibility.statistics.counted import Counted, Ending, Means

STANDARD = Site(frozenset({Fact.STANDARD}), None)
LINKED = Site(frozenset({Fact.LINKED}), None)


def visit(day: date, person: str, means: Means = Means.CARD, *, consent: bool = False) -> Counted:
    return Counted(
        check_id=person, day=day, means=means, person=person, has_consent=consent, ending=Ending.VALID
    )


def month(site: Site, *visits: Counted, since: date | None = None) -> list[VisitPoints]:
    return list(PointsOfMonth(packaged_book(), site).of(visits, since or visits[0].day.replace(day=1)))


def firsts(found: list[VisitPoints]) -> list[int]:
    return [one.points(VisitKind.FIRST) for one in found]


def repeats(found: list[VisitPoints]) -> list[int]:
    return [one.points(VisitKind.REPEAT) for one in found]


def test_the_card_earned_less_to_the_patient_with_consent_in_october_2022() -> None:
    day = date(2022, 10, 3)
    found = month(
        STANDARD,
        visit(day, "a", consent=True),
        visit(day, "b"),
        visit(day, "c", Means.PAPER),
    )
    assert firsts(found) == [2, 4, 4]
    (lack,) = found[0].first.lacks
    assert (lack.name, lack.points) == ("医療情報・システム基盤整備体制充実加算１", 4)
    assert "ではないこと" in lack.missing[0]
    lacking = found[1].first.lacks
    assert lacking == (), "２ brings less than １"


def test_without_a_card_the_seven_points_of_2022_04_are_missing_the_card() -> None:
    (found,) = month(STANDARD, visit(date(2022, 4, 4), "a", Means.PAPER))
    assert found.points(VisitKind.FIRST) == 3
    assert [(lack.points, lack.missing) for lack in found.first.lacks] == [(7, ("マイナ保険証を利用",))]


def test_once_a_month_for_a_patient_and_again_in_the_next() -> None:
    found = month(
        LINKED,
        visit(date(2026, 11, 2), "a"),
        visit(date(2026, 11, 30), "a", Means.PAPER),
        visit(date(2026, 11, 30), "b"),
        visit(date(2026, 12, 1), "a"),
    )
    assert firsts(found) == [4, 0, 4, 4]
    assert repeats(found) == [2, 0, 2, 2]
    assert found[1].used_repeat == {"電子的診療情報連携体制整備加算"}


def test_three_months_once_looks_back_over_the_months_bound() -> None:
    """2025-01-10, then 2025-03-31 is too early, 2025-04-01 is not (annex A.1)."""
    visits = [visit(date(2025, 1, 10), "a"), visit(date(2025, 3, 31), "a"), visit(date(2025, 4, 1), "a")]
    assert repeats(month(STANDARD, *visits)) == [1, 0, 1]
    later = month(STANDARD, *visits, since=date(2025, 3, 1))
    assert [one.visit.day.month for one in later] == [3, 4]
    assert repeats(later) == [0, 1]


def test_what_the_clinic_lacks_is_said() -> None:
    (found,) = month(Site(frozenset(), None), visit(date(2026, 6, 1), "a"))
    assert (found.points(VisitKind.FIRST), found.points(VisitKind.REPEAT)) == (0, 0)
    assert [lack.points for lack in found.first.lacks] == [15, 9, 4]
    assert found.first.lacks[0].name.endswith("（確認中）")


def test_a_use_rate_that_nobody_entered_is_missing_and_not_too_low() -> None:
    site = Site(frozenset({Fact.DX}), None)
    (found,) = month(site, visit(date(2025, 5, 1), "a"))
    asked = {lack.name: lack.missing for lack in found.first.lacks}
    assert asked["医療DX推進体制整備加算４"] == ("利用率（入力がありません）",)
    (known,) = month(replace(site, use_rate=31.0), visit(date(2025, 5, 1), "a"))
    assert known.points(VisitKind.FIRST) == 9
    assert {lack.name: lack.missing for lack in known.first.lacks}["医療DX推進体制整備加算４"] == (
        "利用率の水準1",
    )


def test_income_spreads_the_visits_asked_for_over_those_seen() -> None:
    found = month(
        LINKED,
        visit(date(2026, 11, 2), "a"),
        visit(date(2026, 11, 2), "b"),
        visit(date(2026, 11, 9), "b"),
    )
    got = income(found, VisitKind.REPEAT, 100)
    assert (got.points, got.yen) == (133, 1330), "two of three visits bring 2 points: 4 * 100 // 3"
    assert income([], VisitKind.FIRST, 100).points == 0


def test_a_simulation_of_april_2022_by_hand() -> None:
    visits = {VisitKind.FIRST: 100, VisitKind.REPEAT: 200}
    rows = simulate(packaged_book(), STANDARD, date(2022, 4, 1), visits, 0.5, 3000)
    by_percent = {one.percent: one for one in rows}
    assert list(by_percent) == list(range(0, 101, 10))
    assert by_percent[0].points == 300, "100 first visits without a card at 3"
    assert by_percent[10].points == 10 * 7 + 90 * 3 + 20 * 4
    assert by_percent[100].points == 100 * 7 + 200 * 4
    assert (by_percent[0].yen, by_percent[0].left) == (3000, 0)


def test_a_simulation_reaches_the_levels_of_the_use_rate() -> None:
    site = Site(frozenset({Fact.DX, Fact.E_PRESCRIPTION}), None)
    rows = simulate(packaged_book(), site, date(2025, 4, 1), {VisitKind.FIRST: 10}, 1.0, 0)
    assert [one.points for one in rows] == [0, 0, 100, 110, 110, 120, 120, 120, 120, 120, 120]


def test_a_quote_beside_the_cap() -> None:
    book = packaged_book()
    found = quote_sum(book, Applicant.CLINIC, date(2021, 4, 1), (350_000, 30_000, 50_000, 0), 66_000)
    assert (found.initial, found.above_cap, found.subsidy, found.own) == (430_000, 1000, 321_000, 109_000)
    assert found.years_total == 760_000
    late = quote_sum(book, Applicant.CLINIC, date(2023, 1, 1), (430_000,), 0)
    assert (late.cap, late.above_cap, late.subsidy, late.own) == (None, None, None, 430_000)
