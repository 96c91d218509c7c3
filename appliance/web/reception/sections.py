"""A message as headed lines: every field that is there, in the order reception reads it, nothing left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.eligibility.labels import QUALIFICATION_GROUPS, field_label
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, Qualification, ResultBody, ResultMessage
from appliance.eligibility.wording import moment_of, spoken
from appliance.ledger.times import JAPAN

UNKNOWN_LABEL = "未知の項目"


@dataclass(frozen=True)
class Line:
    """One label and its value; `note` stands small behind it, `is_raw` marks text of the interface as it came."""

    label: str
    value: str
    note: str = ""
    is_raw: bool = False


@dataclass(frozen=True)
class Section:
    """Lines under one heading, with sections inside it."""

    title: str
    lines: tuple[Line, ...] = ()
    parts: tuple["Section", ...] = ()


def result_sections(result: ResultMessage, now: datetime) -> tuple[Section, ...]:
    """The whole result: what the center said, each qualification, then how it was asked."""
    said = section("センターの回答", result.message_body, now, _names_but(ResultBody, ("result_list", _ECHO)))
    body = replace(said, lines=(*said.lines, *_unknown(result.message_body)))
    found = [body, *_qualifications(result.message_body.result_list, now)]
    if result.message_body.qualification_confirm_search_info is not None:
        found.append(section("照会した内容", result.message_body.qualification_confirm_search_info, now))
    found.append(section("照会の情報", result.message_header, now))
    if result.unknown:
        found.append(Section(UNKNOWN_LABEL, _unknown(result)))
    return tuple(item for item in found if item.lines or item.parts)


_ECHO = "qualification_confirm_search_info"


def section(title: str, block: Block, now: datetime, names: Iterable[str] | None = None) -> Section:
    """The fields `names` of `block` (all of them by default) that are there, in that order."""
    slots = {slot.name: slot for slot in layout(type(block))}
    chosen = [slots[name] for name in (slots if names is None else names)]
    lines = [
        Line(field_label(type(block), slot.name), spoken(slot, value), _note(slot, value, now))
        for slot in chosen
        if slot.kind is Kind.TEXT and (value := getattr(block, slot.name)) is not None
    ]
    parts = [part for slot in chosen if slot.kind is not Kind.TEXT for part in _parts(block, slot, now)]
    return _hoisted(Section(title, (*lines, *(_unknown(block) if names is None else ())), tuple(parts)))


def _qualifications(items: tuple[Qualification, ...], now: datetime) -> list[Section]:
    return [
        _qualification("資格" if len(items) == 1 else f"資格 {place} / {len(items)}", item, now)
        for place, item in enumerate(items, start=1)
    ]


def _qualification(title: str, item: Qualification, now: datetime) -> Section:
    groups = [section(group.title, item, now, group.fields) for group in QUALIFICATION_GROUPS]
    return Section(title, _unknown(item), tuple(group for group in groups if group.lines or group.parts))


def _parts(block: Block, slot: Slot, now: datetime) -> list[Section]:
    value = getattr(block, slot.name)
    if value is None or value == ():
        return []
    title = field_label(type(block), slot.name)
    if slot.kind is Kind.BLOCK:
        return [section(title, value, now)]
    return [
        section(title if len(value) == 1 else f"{title} {place}", item, now)
        for place, item in enumerate(value, start=1)
    ]


def _hoisted(found: Section) -> Section:
    """A heading right under a heading says nothing: a single part moves up."""
    if len(found.parts) == 1:
        part = found.parts[0]
        return replace(found, lines=(*part.lines, *found.lines), parts=part.parts)
    return found


def _unknown(block: Block) -> tuple[Line, ...]:
    return tuple(Line(UNKNOWN_LABEL, raw, is_raw=True) for raw in block.unknown)


def _names_but(block: type[Block], left_out: tuple[str, ...]) -> list[str]:
    return [slot.name for slot in layout(block) if slot.name not in left_out]


def _note(slot: Slot, value: str, now: datetime) -> str:
    if not slot.name.endswith("_available_time"):
        return ""
    until = moment_of(value)
    if until is None:
        return ""
    minutes = int((until.replace(tzinfo=JAPAN) - now).total_seconds() // 60)
    if minutes < 0:
        return "期限切れ"
    return f"あと{minutes // 60}時間" if minutes >= 60 else f"あと{minutes}分"
