"""What a strict reader would object to in a file that our lenient one takes: sentences with line and element.

Values are quoted only where they are codes: what is said here may be read out on the telephone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from appliance.eligibility import codes, shapes
from appliance.eligibility.codes import CharacterCode
from appliance.eligibility.families import Reading, family_named, family_of, read
from appliance.eligibility.file_names import FileName
from appliance.eligibility.layout import Kind, Slot, element_name, layout
from appliance.eligibility.message import Block
from appliance.eligibility.message_xml import UNMAPPABLE, replacements
from appliance.eligibility.shapes import Musts
from appliance.eligibility.xml_source import BOM, Encoding, Source


class Weight(StrEnum):
    """Whether a strict reader would refuse, or whether it is only worth knowing."""

    OBJECTION = "objection"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing to say. `line` counts from 1 in the file, None when it is about the file; `path` is the element's."""

    weight: Weight
    text: str
    line: int | None = None
    path: str = ""


def findings(data: bytes, name: FileName | None = None) -> tuple[Finding, ...]:
    """All that can be said against `data`, the file's name included when there is one.

    Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (no message): then nobody can read it.
    """
    reading = read(data, name)
    musts = shapes.MUSTS.get(reading.family.key, {})
    if codes.is_error(_segment(reading)) and not reading.family.is_request:
        musts = {}
    found = [*_of_name(reading, name), *_of_encoding(data, reading.source)]
    walk = _Walk(musts, set())
    found += walk.block(reading.source.root, reading.family.message, "XmlMsg")
    if reading.family.is_request:
        found += _without(musts, walk.met)
    return (*found, *_of_characters(reading))


def _segment(reading: Reading) -> str | None:
    return reading.source.root.findtext("MessageHeader/SegmentOfResult") or None


def _of_name(reading: Reading, name: FileName | None) -> Iterator[Finding]:
    if name is None:
        yield Finding(Weight.NOTE, "ファイル名が電文の名前ではないため、種類を内容から決めました。")
        return
    likely = family_of(reading.source.root)
    if likely.message is not family_named(name).message and likely.key != "XmlMsg":
        yield Finding(
            Weight.OBJECTION, f"ファイル名は {reading.family.key} ですが、内容は {likely.key} に見えます。"
        )
    if not name.is_safe:
        yield Finding(Weight.OBJECTION, "ファイル名の識別子に、英数字と - _ 以外の文字があるか、長すぎます。")
    elif not name.is_safest and name.face is None:
        yield Finding(Weight.NOTE, "ファイル名の識別子は、英数字12文字がいちばん確実です。")


def _of_encoding(data: bytes, source: Source) -> Iterator[Finding]:
    if data.startswith(BOM):
        yield Finding(Weight.OBJECTION, "先頭にBOMがあります。", 1)
    start = data.removeprefix(BOM)
    if start[:1].isspace() and source.declared is not None:
        yield Finding(Weight.OBJECTION, "XML宣言の前に空白があります。", 1)
    if source.declared is None:
        yield Finding(Weight.OBJECTION, "XML宣言に文字コードがありません。", 1)
    elif source.declared.lower() != source.encoding.lower():
        weight = Weight.OBJECTION if _is_contradiction(source) else Weight.NOTE
        text = f"XML宣言は {source.declared} ですが、{source.encoding} として読みました。"
        yield Finding(weight, text, 1)
    said = source.root.find("MessageHeader/CharacterCodeIdentifier")
    true = CharacterCode.UTF_8 if source.encoding is Encoding.UTF_8 else CharacterCode.SHIFT_JIS
    if said is not None and said.text in set(CharacterCode) and said.text != true:
        text = f"文字コード識別は {said.text} ですが、実際は {source.encoding}（{true}）です。"
        yield Finding(Weight.OBJECTION, text, _line(said), "MessageHeader/CharacterCodeIdentifier")


def _is_contradiction(source: Source) -> bool:
    return (source.declared or "").lower() == "utf-8" or source.encoding is Encoding.UTF_8


def _of_characters(reading: Reading) -> Iterator[Finding]:
    if reading.source.encoding is Encoding.UTF_8:
        fields = dict.fromkeys(one.path for one in replacements(reading.message, Encoding.SHIFT_JIS))
        for path in fields:
            yield Finding(
                Weight.NOTE, f"Shift_JIS では {UNMAPPABLE} か似た文字に変わる文字があります。", path=path
            )


def _without(musts: Musts, met: set[type[Block]]) -> Iterator[Finding]:
    for kind, names in musts.items():
        if kind not in met:
            needed = "、".join(element_name(name) for name in names)
            yield Finding(Weight.OBJECTION, f"必須の項目（{needed}）がありません。")


@dataclass(frozen=True)
class _Walk:
    """One walk through a tree beside the layouts of its blocks; `met` are the kinds of blocks that it found."""

    musts: Musts
    met: set[type[Block]]

    def block(self, element: "etree._Element", kind: type[Block], path: str) -> Iterator[Finding]:
        """Everything about `element`, which is a `kind`, and what is in it."""
        self.met.add(kind)
        slots = layout(kind)
        spelt = {name: slot for slot in slots for name in (slot.element, *slot.variants)}
        yield from _strays(element, path)
        seen: dict[str, Slot] = {}
        is_ordered = True
        for child in element:
            slot = spelt.get(child.tag)
            here = f"{path}/{child.tag!s}"
            if slot is None:
                yield Finding(
                    Weight.OBJECTION,
                    "知らない要素です（内容はそのまま残します）。",
                    _line(child),
                    here,
                )
                continue
            yield from _of_spelling(child, slot, seen, here)
            later = _later(slot, slots, seen) if is_ordered else None
            if later is not None:
                # Once a block: what follows would only repeat it.
                is_ordered = False
                text = f"順序が違います（{later.element} より前に書きます）。"
                yield Finding(Weight.OBJECTION, text, _line(child), here)
            yield from self._child(child, kind, slot, here)
            seen[slot.name] = slot
        yield from self._missing(element, kind, path)

    def _child(self, child: "etree._Element", kind: type[Block], slot: Slot, path: str) -> Iterator[Finding]:
        if slot.block is None:
            yield from _attributes(child, path)
            yield from _of_text(child, kind, slot, path)
        elif slot.kind is Kind.LIST:
            yield from _strays(child, path)
            for item in child:
                here = f"{path}/{item.tag!s}"
                if item.tag == slot.item:
                    yield from self.block(item, slot.block, here)
                else:
                    text = "ここにあるはずのない要素です（内容はそのまま残します）。"
                    yield Finding(Weight.OBJECTION, text, _line(item), here)
        else:
            yield from self.block(child, slot.block, path)

    def _missing(self, element: "etree._Element", kind: type[Block], path: str) -> Iterator[Finding]:
        slots = {slot.name: slot for slot in layout(kind)}
        for name in self.musts.get(kind, ()):
            names = (slots[name].element, *slots[name].variants)
            if not any((element.findtext(one) or "").strip() for one in names):
                text = f"必須の {slots[name].element} がないか、空です。"
                yield Finding(Weight.OBJECTION, text, _line(element), path)


def _of_spelling(child: "etree._Element", slot: Slot, seen: dict[str, Slot], path: str) -> Iterator[Finding]:
    if child.tag != slot.element:
        text = f"{slot.element} の別の書き方です（{slot.element} として読みました）。"
        yield Finding(Weight.OBJECTION, text, _line(child), path)
    if slot.name in seen and slot.kind is not Kind.REPEAT:
        text = "同じ要素が2回あります（初めのものを読みました）。"
        yield Finding(Weight.OBJECTION, text, _line(child), path)


def _later(slot: Slot, slots: tuple[Slot, ...], seen: dict[str, Slot]) -> Slot | None:
    """A slot seen before that should come after `slot`."""
    return next((one for one in slots[slots.index(slot) + 1 :] if one.name in seen), None)


def _line(element: "etree._Element") -> int | None:
    found: object = element.sourceline
    return found if isinstance(found, int) else None


def _of_text(child: "etree._Element", kind: type[Block], slot: Slot, path: str) -> Iterator[Finding]:
    line, value = _line(child), child.text or ""
    if len(child):
        text = "文字だけの要素に、ほかの要素が入っています（値としては読めません）。"
        yield Finding(Weight.OBJECTION, text, line, path)
        return
    if not value:
        return
    if slot.code_table is not None:
        yield from _of_code(slot.code_table, value, line, path)
    form = shapes.form_of(kind, slot.name)
    if form is not None and not shapes.fits(form, value):
        yield Finding(Weight.OBJECTION, f"形が違います（{form.words}）。", line, path)
    if len(value) > shapes.STORED_WIDTHS.get(slot.name.removeprefix("cz_").removeprefix("sh_"), len(value)):
        yield Finding(Weight.NOTE, "長いため、受け取る側で切られるかもしれません。", line, path)
    if shapes.has_wrong_check_digit(slot.name, value):
        yield Finding(Weight.NOTE, "検証番号が合いません（実在の番号にもあります）。", line, path)
    if UNMAPPABLE in value:
        yield Finding(Weight.NOTE, f"表せなかった文字が {UNMAPPABLE} になっています。", line, path)


def _of_code(table: str, value: str, line: int | None, path: str) -> Iterator[Finding]:
    documented = codes.READ_AS.get((table, value))
    if documented is not None:
        text = f"{value} は {documented} の別の書き方です（{codes.label(table, value)}）。"
        yield Finding(Weight.OBJECTION, text, line, path)
    elif value not in codes.TABLES[table]:
        text = f"{table} にないコード「{value}」です（そのまま残します）。"
        yield Finding(Weight.OBJECTION, text, line, path)


def _strays(element: "etree._Element", path: str) -> Iterator[Finding]:
    yield from _attributes(element, path)
    texts = (element.text, *[child.tail for child in element])
    if any(text is not None and text.strip() for text in texts):
        text = "要素の間に文字があります（そのまま残します）。"
        yield Finding(Weight.OBJECTION, text, _line(element), path)


def _attributes(element: "etree._Element", path: str) -> Iterator[Finding]:
    names: list[object] = list(element.keys())
    for name in names:
        text = f"属性 {name} は知られていません（そのまま残します）。"
        yield Finding(Weight.OBJECTION, text, _line(element), path)
