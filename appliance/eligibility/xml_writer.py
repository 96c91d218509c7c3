"""From a block to the interface's XML: documented order, documented spelling, two spaces a level.

What belongs to no field is written back at its place. The text is put together here and not by the XML library:
a tree of our own would cost several times what the text does.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Any
from xml.sax.saxutils import escape  # nosec B406 - it escapes, it parses nothing

from lxml import etree

from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, Extra, ExtraKind

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENT = "  "


@dataclass(frozen=True)
class _Run:
    """Neighbouring text slots of a block: their elements and a getter of their values. Or one `group`, without those."""

    elements: tuple[str, ...]
    values: Callable[[Block], tuple[str | None, ...]]
    group: Slot | None


_RUNS: dict[type[Block], tuple[_Run, ...]] = {}


def _runs(block: type[Block]) -> tuple[_Run, ...]:
    found = _RUNS.get(block)
    if found is None:
        neighbours = groupby(layout(block), lambda slot: slot.kind is Kind.TEXT)
        runs = [_text_run(tuple(run)) if is_text else _group_runs(run) for is_text, run in neighbours]
        found = _RUNS[block] = tuple(one for together in runs for one in together)
    return found


def _text_run(slots: tuple[Slot, ...]) -> list[_Run]:
    names = [slot.name for slot in slots]
    # A getter of one name gives no tuple.
    getter = attrgetter(*names) if len(names) > 1 else lambda block: (getattr(block, names[0]),)
    return [_Run(tuple(slot.element for slot in slots), getter, None)]


def _group_runs(slots: Iterable[Slot]) -> list[_Run]:
    return [_Run((), lambda _: (), slot) for slot in slots]


@lru_cache(maxsize=4096)
def _template(elements: tuple[str, ...], absent: tuple[bool, ...], indent: str) -> str:
    """The lines of these elements with a place for each value; messages of one sender share a few of them."""
    return "".join(
        f"{indent}<{name}>%s</{name}>\n"
        for name, left_out in zip(elements, absent, strict=True)
        if not left_out
    )


def as_text(block: Block, element: str) -> str:
    """`block` as the element `element`, ending in a line end. Raises `ValueError` for what XML cannot hold."""
    lines: list[str] = []
    _write(lines, block, element, "")
    return "".join(lines)


def _write(lines: list[str], block: Block, element: str, indent: str) -> None:
    if block.unknown or block.extras:
        _write_odd(lines, block, element, indent)
        return
    start = len(lines)
    lines.append(f"{indent}<{element}>\n")
    _children(lines, block, indent + _INDENT)
    if len(lines) == start + 1:
        lines[start] = f"{indent}<{element}/>\n"
    else:
        lines.append(f"{indent}</{element}>\n")


def _write_odd(lines: list[str], block: Block, element: str, indent: str) -> None:
    opening = f"{element}{_attributes(block.extras, '')}"
    lines.append(f"{indent}<{opening}>{_texts(block.extras, '')}\n")
    _odd_children(lines, block, indent + _INDENT)
    lines.append(f"{indent}</{element}>\n")


def _children(lines: list[str], block: Block, indent: str) -> None:
    for run in _runs(type(block)):
        if run.group is None:
            values = run.values(block)
            filled = [value for value in values if value is not None]
            if filled:
                absent = tuple([value is None for value in values])
                lines.append(_template(run.elements, absent, indent) % tuple(_escaped_all(filled)))
        elif value := getattr(block, run.group.name):
            _group(lines, run.group, value, indent, ())


def _escaped_all(values: list[str]) -> list[str]:
    return values if _is_plain("".join(values)) else [escaped(value) for value in values]


def _is_plain(text: str) -> bool:
    """Whether there is nothing to escape or to refuse in `text`; nearly always so, and quick to see."""
    return text.isalnum() or (
        text.replace("\u3000", " ").isprintable() and "<" not in text and "&" not in text and ">" not in text
    )


def _group(lines: list[str], slot: Slot, value: Any, indent: str, extras: tuple[Extra, ...]) -> None:
    if slot.kind is Kind.BLOCK:
        _write(lines, value, slot.element, indent)
    elif slot.kind is Kind.REPEAT:
        for item in value:
            _write(lines, item, slot.element, indent)
    else:
        opening = f"{slot.element}{_attributes(extras, slot.name)}"
        lines.append(f"{indent}<{opening}>{_texts(extras, slot.name)}\n")
        for item in value:
            _write(lines, item, str(slot.item), indent + _INDENT)
        lines += [
            f"{indent}{_INDENT}{_sound(extra.value)}\n" for extra in _of(extras, ExtraKind.ELEMENT, slot.name)
        ]
        lines.append(f"{indent}</{slot.element}>\n")


def _odd_children(lines: list[str], block: Block, indent: str) -> None:
    waiting = list(zip_longest(block.unknown, block.places[: len(block.unknown)]))
    _strangers(lines, waiting, "", indent)
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is Kind.TEXT and value is not None:
            lines.append(
                f"{indent}<{slot.element}{_attributes(block.extras, slot.name)}>{escaped(value)}</{slot.element}>\n"
            )
        elif slot.kind is not Kind.TEXT and (value or _has_wrapper(slot, block)):
            _group(lines, slot, value, indent, block.extras)
        _strangers(lines, waiting, slot.name, indent)
    _strangers(lines, waiting, None, indent)


def _has_wrapper(slot: Slot, block: Block) -> bool:
    return slot.kind is Kind.LIST and any(extra.field == slot.name for extra in block.extras)


def _strangers(
    lines: list[str], waiting: list[tuple[str, str | None]], place: str | None, indent: str
) -> None:
    lines += [f"{indent}{_sound(raw)}\n" for raw, at in waiting if at == place]


def _sound(raw: str) -> str:
    """`raw` if it is one well-formed element. Raises `ValueError`."""
    try:
        is_element = raw[1:2] not in ("!", "?") and etree.fromstring(raw) is not None
    except etree.XMLSyntaxError as error:
        raise ValueError("an unknown element is not well-formed") from error
    if not is_element:
        raise ValueError("an unknown element is not well-formed")
    return raw


def _of(extras: tuple[Extra, ...], kind: ExtraKind, name: str) -> list[Extra]:
    return [extra for extra in extras if extra.kind is kind and extra.field == name]


def _texts(extras: tuple[Extra, ...], name: str) -> str:
    return escaped("\n".join(extra.value for extra in _of(extras, ExtraKind.TEXT, name)))


def _attributes(extras: tuple[Extra, ...], name: str) -> str:
    """The attributes kept of the element of field `name`, as they stand in its tag; name spaces are declared there."""
    kept = _of(extras, ExtraKind.ATTRIBUTE, name)
    if not kept:
        return ""
    tag = etree.Element("x", {extra.name: extra.value for extra in kept})
    return etree.tostring(tag, encoding="unicode").removeprefix("<x").removesuffix("/>")


def escaped(value: str) -> str:
    """`value` as element text. Raises `ValueError` for characters that XML cannot hold."""
    if _NOT_XML.search(value):
        raise ValueError("a value holds a character that XML cannot hold")
    return escape(value, {"\r": "&#13;"})
