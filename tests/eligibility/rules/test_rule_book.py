from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.rules.book import read
from appliance.eligibility.rules.claims import CLAIM_LABELS, ClaimBy, ClaimRow
from appliance.eligibility.rules.kinds import KINDS
from appliance.eligibility.rules.packaged_book import packaged_book, with_additions
from tests.eligibility.rules.tables import book_of, claim, refusals

FORMER = CLAIM_LABELS[ClaimBy.FORMER]

GOOD = """\
[[copayment]]
id = "x"
from = 2026-01-01
group = "standard"
percents = [30]
source = "試験"
"""


def test_a_row_becomes_a_rule_with_its_place() -> None:
    (rule,) = book_of("# x\n" + claim("a", "2026-01-01", "2026-01-31")).rules
    assert (rule.id, rule.first, rule.last, rule.source) == ("a", date(2026, 1, 1), date(2026, 1, 31), "試験")
    assert rule.stands_in == "a.toml 3行目"


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "a"),
        (date(2026, 1, 31), "a"),
        (date(2026, 2, 1), "b"),
        (date(2099, 1, 1), "b"),
    ],
)
def test_both_ends_of_a_period_count(day: date, found: str | None) -> None:
    book = book_of(claim("a", "2026-01-01", "2026-01-31") + claim("b", "2026-02-01"))
    rule = book.find(ClaimRow, day, FORMER)
    assert (rule.id if rule else None) == found
    assert [row.id for row in book.on(ClaimRow, day)] == ([found] if found else [])


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("group = ", 'grupo = "x"\ngroup = ', "a.toml 4行目: copayment「x」 grupo という項目はありません"),
        ("percents = [30]\n", "", "a.toml 1行目: copayment「x」 percents がありません"),
        ("[30]", "30", "a.toml 5行目: copayment「x」 percents は [ ] で囲んだ並びにしてください"),
        ("[30]", '["3割"]', "a.toml 5行目: copayment「x」 percents は整数にしてください"),
        ("[30]", "[true]", "a.toml 5行目: copayment「x」 percents は整数にしてください"),
        ("[30]", "[-30]", "a.toml 5行目: copayment「x」 percents が負の数です"),
        (
            "[30]",
            "[300]",
            "a.toml 5行目: copayment「x」 percents は 0〜100 の数を1つ以上にしてください（3割なら 30）",
        ),
        (
            '"standard"',
            '"adult"',
            "a.toml 4行目: copayment「x」 group に 'adult' は使えません"
            "（使える値: preschool、standard、seventies、elderly）",
        ),
        (
            "2026-01-01",
            '"2026-01-01"',
            "a.toml 3行目: copayment「x」 from は日付（例: 2026-06-01）にしてください",
        ),
        (
            "2026-01-01",
            "2026-01-01T00:00:00",
            "a.toml 3行目: copayment「x」 from は日付（例: 2026-06-01）にしてください",
        ),
        ("2026-01-01", "2026-01-01\nto = 2025-12-31", "a.toml 4行目: copayment「x」 to が from より前です"),
        ('"試験"', '" "', "a.toml 6行目: copayment「x」 source（出典）が空です"),
        ('"x"', '"X x"', "a.toml 2行目: copayment「X x」 id は英小文字、数字、- だけにしてください"),
        ("[[copayment]]", "[[copay]]", "a.toml 1行目: copay という種類はありません"),
        ("[[copayment]]", "[copayment]", "a.toml: [[行]] ではない項目があります: copayment"),
        ("[30]", "[30", "a.toml 6行目: TOMLとして読めません"),
        ("[30]", f"{'[' * 3000}30{']' * 3000}", "a.toml: 入れ子が深すぎます"),
    ],
)
def test_a_wrong_row_is_refused_with_file_line_and_reason(old: str, new: str, refusal: str) -> None:
    assert refusals(GOOD) == []
    (said,) = refusals(GOOD.replace(old, new, 1))
    assert said.startswith(refusal)


def test_everything_wrong_about_a_row_is_told_at_once() -> None:
    said = refusals(GOOD.replace("from = 2026-01-01", "from = 1").replace("[30]", '"x"'))
    assert len(said) == 2


def test_a_wrong_row_takes_no_other_with_it() -> None:
    book = book_of(claim("a", "2026-13-01"), claim("b", "2026-01-01") + GOOD.replace("[30]", "[]"))
    assert [rule.id for rule in book.rules] == ["b"]
    assert len(book.refusals) == 2


def test_two_rules_for_the_same_may_not_overlap() -> None:
    (said,) = refusals(claim("a", "2026-01-01", "2026-03-31"), claim("b", "2026-03-31"))
    assert said == (
        "b.toml 2行目: claims「b」 旧資格は、期間が「a」（a.toml 2行目）と重なっています。"
        '置き換えるときは replaces = ["a"] と書いてください'
    )
    assert refusals(claim("a", "2026-01-01", "2026-03-31"), claim("b", "2026-04-01")) == []


def test_an_id_is_given_once() -> None:
    (said,) = refusals(claim("a", "2026-01-01", "2026-01-31"), claim("a", "2026-02-01"))
    assert "同じ id の行があります（a.toml 2行目）" in said


@pytest.mark.parametrize(
    ("first", "last", "periods"),
    [
        ("2026-06-01", "", {"old": [("2026-01-01", "2026-05-31")], "new": [("2026-06-01", None)]}),
        (
            "2026-06-01",
            "2026-06-30",
            {
                "old": [("2026-01-01", "2026-05-31"), ("2026-07-01", None)],
                "new": [("2026-06-01", "2026-06-30")],
            },
        ),
        ("2025-01-01", "", {"old": [], "new": [("2025-01-01", None)]}),
        (
            "2025-12-01",
            "2026-01-31",
            {"old": [("2026-02-01", None)], "new": [("2025-12-01", "2026-01-31")]},
        ),
    ],
)
def test_a_row_stands_instead_of_those_it_replaces(
    first: str, last: str, periods: dict[str, list[tuple[str, str | None]]]
) -> None:
    book = book_of(claim("old", "2026-01-01"), claim("new", first, last, 'replaces = ["old"]'))
    assert book.refusals == ()
    found: dict[str, list[tuple[str, str | None]]] = {"old": [], "new": []}
    for rule in sorted(book.rules, key=lambda rule: rule.first):
        found[rule.id].append((rule.first.isoformat(), rule.last.isoformat() if rule.last else None))
    assert found == periods


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('replaces = ["none"]', "replaces の「none」という行は、これより前の claims にありません"),
        ('replaces = ["x"]', "replaces の「x」という行は、これより前の claims にありません"),
        ('replaces = ["old"]', "replaces の「old」とは期間が重なりません"),
    ],
)
def test_what_is_replaced_must_be_there(more: str, reason: str) -> None:
    old = claim("old", "2026-01-01", "2026-01-31") + GOOD
    (said,) = refusals(old, claim("new", "2026-02-01", more=more))
    assert said.endswith(reason)


def test_an_engineers_rows_are_read_over_the_packaged_ones_and_lose_when_they_contradict() -> None:
    lenient = """
[[documents]]
id = "expired-card-longer"
from = 2026-04-01
to = 2026-09-30
document = "expired_insurance_card"
label = "期限の切れた健康保険証"
accepted = "after-lookup"
source = "院内の通知綴り"
"""
    refused = with_additions([("rules/ours.toml", lenient)])
    assert len(refused.refusals) == 1
    assert "rules/ours.toml 2行目" in str(refused.refusals[0])
    assert refused.rules == packaged_book().rules
    taken = with_additions([("rules/ours.toml", lenient + 'replaces = ["expired-card-2026-04"]')])
    assert taken.refusals == ()
    assert len(taken.rules) == len(packaged_book().rules) + 1


@given(st.text(max_size=200))
def test_no_text_upsets_the_reader(text: str) -> None:
    book = read([("x.toml", text)], KINDS)
    assert book.rules == ()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=6))
def test_at_most_one_rule_decides_on_any_day(spans: list[tuple[int, int]]) -> None:
    start = date(2026, 1, 1).toordinal()
    texts = [
        claim(
            f"r{at}",
            date.fromordinal(start + first).isoformat(),
            date.fromordinal(start + first + length).isoformat(),
            f'replaces = ["r{at - 1}"]' if at % 2 else "",
        )
        for at, (first, length) in enumerate(spans)
    ]
    book = book_of(*texts)
    for day in range(start, start + 90):
        assert len(book.on(ClaimRow, date.fromordinal(day))) <= 1
