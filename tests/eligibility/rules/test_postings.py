"""What has to be put up depends on the day and on the 加算."""

from datetime import date

import pytest

from appliance.eligibility.rules.packaged_book import packaged_book, with_additions
from appliance.eligibility.rules.points import PointsRow
from appliance.eligibility.rules.postings import postings

BOOK = packaged_book()
OBTAIN = "医療情報取得加算"
DX = "医療DX推進体制整備加算"
LINKED = "電子的診療情報連携体制整備加算"


@pytest.mark.parametrize(
    ("day", "families", "parts"),
    [
        (date(2022, 9, 30), set(), []),
        (date(2022, 10, 1), set(), ["体制", "情報の活用"]),
        (date(2024, 5, 31), {DX}, ["体制", "情報の活用"]),
        (
            date(2026, 5, 31),
            {OBTAIN, DX},
            ["体制", "情報の活用", "診察室での閲覧", "利用のお願い", "医療DXの取り組み"],
        ),
        (date(2026, 5, 31), {OBTAIN}, ["体制", "情報の活用"]),
        (
            date(2026, 6, 1),
            {LINKED},
            ["体制", "情報の活用", "診察室での閲覧", "利用のお願い", "相談", "明細書"],
        ),
        (date(2026, 6, 1), {DX}, ["体制", "情報の活用"]),
    ],
)
def test_the_sentences_of_a_day(day: date, families: set[str], parts: list[str]) -> None:
    assert [row.part for row in postings(BOOK, day, frozenset(families))] == parts


def test_every_name_is_that_of_an_addition() -> None:
    names = {row.family for row in BOOK.all(PointsRow)}
    asked = {family for rule in BOOK.rules if rule.kind == "postings" for family in rule.families}  # type: ignore[attr-defined]
    assert asked <= names


def test_a_site_may_put_its_own_sentence_in_its_place() -> None:
    text = (
        '[[postings]]\nid = "ours"\nfrom = 2026-11-01\npart = "体制"\ntext = "当院の文。"\n'
        'source = "2026-10 の届出"\nreplaces = ["posting-check"]\n'
    )
    found = postings(with_additions([("rules/ours.toml", text)]), date(2026, 11, 2), frozenset())
    assert "当院の文。" in [row.text for row in found]
    assert "当院は、オンライン資格確認を行う体制を整えています。" not in [row.text for row in found]


def test_an_empty_sentence_is_refused() -> None:
    text = '[[postings]]\nid = "ours"\nfrom = 2026-11-01\npart = "別"\ntext = " "\nsource = "試験"\n'
    (refusal,) = with_additions([("rules/ours.toml", text)]).refusals
    assert "掲示する文" in refusal.reason
