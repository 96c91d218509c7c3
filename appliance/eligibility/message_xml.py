"""Messages from and to XML: read leniently, write strictly.

Reading takes any element order, UTF-8 and cp932, a BOM, unknown elements; it refuses a DTD, entities and
anything over `SIZE_LIMIT`. Writing uses the documented order and spelling. Shift_JIS means code page 932 here.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from lxml import etree

from appliance.eligibility.codes import CharacterCode
from appliance.eligibility.layout import Kind, element_name, layout
from appliance.eligibility.message import Block, ExtraKind, Qualification, RequestMessage, ResultMessage
from appliance.eligibility.message_bulk import BulkConfirmUnit
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_reader import read_block
from appliance.eligibility.xml_source import SIZE_LIMIT, Encoding, Source, parse
from appliance.eligibility.xml_writer import as_text

__all__ = [
    "SIZE_LIMIT",
    "UNMAPPABLE",
    "Encoding",
    "Replacement",
    "read_as",
    "read_request",
    "read_result",
    "read_source",
    "replacements",
    "unit_results",
    "write",
]

UNMAPPABLE = "●"
"""What the center itself writes for a character outside its set."""

_LOOK_ALIKES = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")
"""Characters code page 932 has under another code point only; nobody sees the difference."""

_HANDLER = "madoguchi.unmappable"
_ROOT = "XmlMsg"
_CHARACTER_CODE = "character_code_identifier"
_CODES = {Encoding.UTF_8: CharacterCode.UTF_8, Encoding.SHIFT_JIS: CharacterCode.SHIFT_JIS}

B = TypeVar("B", bound=Block)


def read_request(data: bytes) -> RequestMessage:
    """A single request. Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (not a request)."""
    source = parse(data)
    _check_root(source)
    if source.root.find("MessageBody/QualificationConfirmSearchInfo") is None:
        raise Trouble("INPUT-003", "QualificationConfirmSearchInfo がありません")
    return read_block(RequestMessage, source.root, has_attributes=source.has_attributes)


def read_result(data: bytes) -> ResultMessage:
    """A single or card result. Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (not a result)."""
    return read_as(ResultMessage, data)


def read_as(kind: type[B], data: bytes, limit: int = SIZE_LIMIT) -> B:
    """A message of another family, described by `kind`, read with the same leniency; at most `limit` bytes.

    Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (no message).
    """
    return read_source(kind, parse(data, limit))


def read_source(kind: type[B], source: Source) -> B:
    """The message in a file parsed before. Raises `Trouble` INPUT-003 (no message)."""
    _check_root(source)
    if source.root.find("MessageHeader") is None:
        raise Trouble("INPUT-003", "MessageHeader がありません")
    return read_block(kind, source.root, has_attributes=source.has_attributes)


def _check_root(source: Source) -> None:
    if source.root.tag != _ROOT:
        raise Trouble("INPUT-003", "ルート要素が XmlMsg ではありません")


def unit_results(unit: BulkConfirmUnit) -> tuple[Qualification, ...]:
    """Every qualification below a bulk unit, however deep: in elements we do not know as well."""
    found = [*unit.result_of_qualification_confirmation, *unit.result_list]
    strange = [*unit.unknown, *(extra.value for extra in unit.extras if extra.kind is ExtraKind.ELEMENT)]
    for raw in strange:
        element = etree.fromstring(raw)
        found += [
            read_block(Qualification, one, has_attributes=True)
            for one in element.iter("ResultOfQualificationConfirmation")
        ]
    return tuple(found)


def write(message: Block, encoding: Encoding = Encoding.UTF_8) -> bytes:
    """`message` as the interface's XML in documented order; CharacterCodeIdentifier, where there is one, is made true.

    Characters `encoding` lacks become ●: `replacements` says which. Raises `ValueError` for a character no XML can hold.
    """
    text = as_text(_in_encoding(message, encoding), _ROOT)
    document = f'<?xml version="1.0" encoding="{encoding.value}" standalone="no"?>\n{text}'
    try:
        return document.encode(encoding.codec)
    except UnicodeEncodeError:
        return document.translate(_LOOK_ALIKES).encode(encoding.codec, _HANDLER)


def _in_encoding(message: Block, encoding: Encoding) -> Block:
    header: Any = getattr(message, "message_header", None)
    if getattr(header, _CHARACTER_CODE, None) in (None, _CODES[encoding]):
        return message
    changed: Any = {"message_header": replace(header, **{_CHARACTER_CODE: _CODES[encoding].value})}
    return replace(message, **changed)


def _mark_unmappable(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return UNMAPPABLE.encode(error.encoding) * (error.end - error.start), error.end


codecs.register_error(_HANDLER, _mark_unmappable)


@dataclass(frozen=True)
class Replacement:
    """A character that `write` replaces: the element it stands in, the character, and what is written for it."""

    path: str
    character: str
    written: str


def replacements(message: Block, encoding: Encoding) -> tuple[Replacement, ...]:
    """Every character that `write` would replace in this encoding, in writing order; a repeated one each time."""
    return tuple(
        Replacement(path, character, written)
        for path, text in _texts(message, "")
        if not _fits(text, encoding)
        for character in text
        if (written := _written(character, encoding)) != character
    )


def _fits(text: str, encoding: Encoding) -> bool:
    """Whether `text` comes back as it went: the codec itself lets 〜 pass for ～."""
    try:
        return text.encode(encoding.codec).decode(encoding.codec) == text
    except UnicodeEncodeError:
        return False


def _written(character: str, encoding: Encoding) -> str:
    return character.translate(_LOOK_ALIKES).encode(encoding.codec, _HANDLER).decode(encoding.codec)


def _texts(block: Block, path: str) -> Iterator[tuple[str, str]]:
    """Every text in `block` with the path of the element it stands in."""
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        here = f"{path}/{slot.element}".lstrip("/")
        if value is None:
            continue
        if slot.kind is Kind.TEXT:
            yield here, value
        elif slot.kind is Kind.BLOCK:
            yield from _texts(value, here)
        else:
            inner = f"{here}/{slot.item}" if slot.item else here
            for number, item in enumerate(value, start=1):
                yield from _texts(item, f"{inner}[{number}]")
    yield from ((path, raw) for raw in block.unknown)
    for extra in block.extras:
        name = f"{path}/{element_name(extra.field)}" if extra.field else path
        yield name, f"{extra.name}{extra.value}"
