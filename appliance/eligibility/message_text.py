"""A message as a page of Japanese text for an engineer: every field that is there, with its label, nothing left out."""

import unicodedata
from collections.abc import Iterator

from appliance.eligibility.families import Basis, Reading
from appliance.eligibility.labels import field_label
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block
from appliance.eligibility.message_bulk import BulkConfirmUnit
from appliance.eligibility.message_json import strange_parts
from appliance.eligibility.message_xml import unit_results
from appliance.eligibility.wording import spoken

_INDENT = "  "
_LABEL_WIDTH = 24
_NOTES = {
    Basis.DESCRIBED: "",
    Basis.INFERRED: "（内容は資格確認と同じものとして読んでいます。公開資料に記載はありません）",
    Basis.OPEN: "（本文の構造は公開されていないため、そのまま示します）",
}


def as_page(reading: Reading) -> str:
    """The page, ending in a line end."""
    family = reading.family
    head = [
        f"{family.title}（{family.key}）{_NOTES[family.basis]}",
        f"文字コード: {reading.source.encoding}",
        "",
    ]
    return "\n".join([*head, *_lines(reading.message, 0)]) + "\n"


def _lines(block: Block, depth: int) -> Iterator[str]:
    indent = _INDENT * depth
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if value is None:
            continue
        label = field_label(type(block), slot.name)
        if slot.kind is Kind.TEXT:
            yield f"{indent}{_padded(label)}{_one_line(_said(slot, value))}"
        elif slot.kind is Kind.BLOCK:
            yield f"{indent}■ {label}"
            yield from _lines(value, depth + 1)
        else:
            yield from _items(label, value, depth)
    yield from (f"{indent}{_padded('未知の項目')}{_one_line(said)}" for said in strange_parts(block))
    if isinstance(block, BulkConfirmUnit):
        known = len(block.result_of_qualification_confirmation) + len(block.result_list)
        yield from _items("未知の項目の中の資格", unit_results(block)[known:], depth)


def _said(slot: Slot, value: str) -> str:
    words = spoken(slot, value)
    is_known = slot.code_table is not None and value.strip() and value not in words
    return f"{words}（{value}）" if is_known else words


def _items(label: str, items: tuple[Block, ...], depth: int) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        yield f"{_INDENT * depth}■ {label}" + (f" {number} / {len(items)}" if len(items) > 1 else "")
        yield from _lines(item, depth + 1)


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "⏎")


def _padded(label: str) -> str:
    """`label` filled up to a column; kana and kanji take two."""
    width = sum(2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in label)
    return label + " " * max(1, _LABEL_WIDTH - width)
