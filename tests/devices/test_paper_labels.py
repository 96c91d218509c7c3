"""Printed labels are found though a character is misread, and no tail of a longer one is taken for a short one."""

import pytest

from appliance.devices.paper.areas import Area
from appliance.devices.paper.labels import labels_in, paper_of
from appliance.devices.paper.tesseract import Character
from appliance.devices.paper.words import Block
from appliance.eligibility.papers import papers


def line(text: str, top: int = 0) -> Block:
    characters = tuple(
        Character(one, Area(20 * at, top, 20 * at + 18, top + 20), 0.9) for at, one in enumerate(text)
    )
    return Block(characters, Area(0, top, 20 * len(text), top + 20), None)


def found(text: str) -> set[str]:
    return {label.field.name for label in labels_in((line(text),), papers()) if label.field}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("保険者番号06139992", {"insurer_number"}),
        ("保倹者番号06139992", {"insurer_number"}),
        ("被保険者番号12345678", {"number"}),
        ("記号12番号345(枝番)01", {"symbol", "number", "branch"}),
        ("公喚負担者番号", {"payer_number"}),
        ("公費仙拓者番号受給者番号", {"payer_number", "recipient_number"}),
        ("公費負担医療の受給者番号", {"recipient_number"}),
        ("有効期間", {"valid_from", "valid_until"}),
        ("有効期限", {"valid_until"}),
        ("電話番号03", set()),
        ("交付番号427", set()),
    ],
)
def test_labels(text: str, names: set[str]) -> None:
    assert found(text) == names


def test_brackets_belong_to_the_label() -> None:
    (branch,) = [one for one in labels_in((line("(枝番)01"),), papers()) if one.field]
    assert (branch.start, branch.end) == (0, 4)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("資格確認書", "保険者番号"), "certificate"),
        (("生活保護法医療券・調剤券", "公費負担者番号"), "ticket"),
        (("子ども医療費受給資格証", "負担者番号"), "child"),
        (("特定医療費受給者証", "負担者番号"), "public"),
        (("資格確認書", "氏名"), None),
        (("個人番号カード", "氏名", "生年月日"), None),
    ],
)
def test_a_paper_is_its_title_and_its_labels(texts: tuple[str, ...], name: str | None) -> None:
    blocks = tuple(line(text, 40 * at) for at, text in enumerate(texts))
    kind = paper_of(blocks, labels_in(blocks, papers()), papers(), 1000)
    assert (kind.name if kind else None) == name


def test_a_title_at_the_foot_only_mentions_another_paper() -> None:
    blocks = (line("特定医療費受給者証"), line("負担者番号", 100), line("こども医療", 900))
    kind = paper_of(blocks, labels_in(blocks, papers()), papers(), 1000)
    assert kind is not None
    assert kind.name == "public"
