"""A message as headed lines: every field that is there, in the order reception reads it, nothing left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.eligibility.labels import QUALIFICATION_GROUPS, field_label
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, Qualification, ResultBody, ResultMessage
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.ceilings import CeilingRow
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import moment_of, spoken
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.standing import Standing, standing_of

UNKNOWN_LABEL = "未知の項目"


@dataclass(frozen=True)
class Line:
    """One label and its value; `note` stands small behind it, `is_raw` marks text of the interface as it came.

    `until` is the moment to which `note` counts down.
    """

    label: str
    value: str
    note: str = ""
    is_raw: bool = False
    until: datetime | None = None


@dataclass(frozen=True)
class Section:
    """Lines under one heading, with sections inside it. `standing` is how a certificate with a period stands today."""

    title: str
    lines: tuple[Line, ...] = ()
    parts: tuple["Section", ...] = ()
    standing: Standing | None = None
    is_card: bool = False
    """Whether it is a certificate of its own, beside the insurance."""


CARDS = frozenset({"高齢受給者証", "限度額", "特定疾病", "公費・医療扶助", "医療券・調剤券"})
"""The groups of a qualification that are certificates."""


def result_sections(
    result: ResultMessage, now: datetime, book: Rulebook | None = None
) -> tuple[Section, ...]:
    """The whole result: what the center said, each qualification, then how it was asked.

    `book` has the ceilings of the day; without one they are those that come with the box.
    """
    said = section("センターの回答", result.message_body, now, _names_but(ResultBody, ("result_list", _ECHO)))
    body = replace(said, lines=(*said.lines, *_unknown(result.message_body)))
    found = [body, *_qualifications(result.message_body.result_list, now, book or packaged_book())]
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
        _line(field_label(type(block), slot.name), slot, value, now)
        for slot in chosen
        if slot.kind is Kind.TEXT and (value := getattr(block, slot.name)) is not None
    ]
    parts = [part for slot in chosen if slot.kind is not Kind.TEXT for part in _parts(block, slot, now)]
    known = (*lines, *(_unknown(block) if names is None else ()))
    return _hoisted(Section(title, known, tuple(parts), standing_of(block, clinic_day(now))))


def _qualifications(items: tuple[Qualification, ...], now: datetime, book: Rulebook) -> list[Section]:
    return [
        _qualification(
            "資格" if len(items) == 1 else said("資格 {place} / {count}", place=place, count=len(items)),
            item,
            now,
            book,
        )
        for place, item in enumerate(items, start=1)
    ]


def _qualification(title: str, item: Qualification, now: datetime, book: Rulebook) -> Section:
    found = [section(group.title, item, now, group.fields) for group in QUALIFICATION_GROUPS]
    groups = [
        replace(
            group,
            is_card=group.title in CARDS,
            lines=(*(_ceiling(item, now, book) if group.title == "限度額" else ()), *group.lines),
        )
        for group in found
        if group.lines or group.parts
    ]
    return Section(title, _unknown(item), tuple(groups))


def _ceiling(item: Qualification, now: datetime, book: Rulebook) -> tuple[Line, ...]:
    """What the income class means in yen this month: never more than a rough figure."""
    info = item.limit_application_certificate_related_info
    code = info.limit_application_certificate_classification_flag if info else None
    row = book.find(CeilingRow, clinic_day(now), code) if code else None
    if row is None:
        return ()
    return (
        Line("1か月の上限（目安）", joined("", (row.words(), row.mark)), "医療費の総額と世帯で変わります"),
    )


def _parts(block: Block, slot: Slot, now: datetime) -> list[Section]:
    value = getattr(block, slot.name)
    if value is None or value == ():
        return []
    title = field_label(type(block), slot.name)
    if slot.kind is Kind.BLOCK:
        return [section(title, value, now)]
    return [
        section(title if len(value) == 1 else joined(" ", (title, str(place))), item, now)
        for place, item in enumerate(value, start=1)
    ]


def _hoisted(found: Section) -> Section:
    """A heading right under a heading says nothing: a single part moves up."""
    if len(found.parts) == 1:
        part = found.parts[0]
        standing = part.standing or found.standing
        return replace(found, lines=(*part.lines, *found.lines), parts=part.parts, standing=standing)
    return found


def _unknown(block: Block) -> tuple[Line, ...]:
    return tuple(Line(UNKNOWN_LABEL, raw, is_raw=True) for raw in block.unknown)


def _names_but(block: type[Block], left_out: tuple[str, ...]) -> list[str]:
    return [slot.name for slot in layout(block) if slot.name not in left_out]


def _line(label: str, slot: Slot, value: str, now: datetime) -> Line:
    until = moment_of(value) if slot.name.endswith("_available_time") else None
    if until is None:
        return Line(label, spoken(slot, value))
    end = until.replace(tzinfo=JAPAN)
    return Line(label, spoken(slot, value), _left(end, now), until=end)


def _left(end: datetime, now: datetime) -> str:
    """How long yet; the page says it in the same words while it stays open."""
    minutes = int((end - now).total_seconds() // 60)
    if minutes < 0:
        return "期限切れ"
    return (
        said("あと{hours}時間", hours=minutes // 60)
        if minutes >= 60
        else said("あと{minutes}分", minutes=minutes)
    )
