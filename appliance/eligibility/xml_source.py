"""From the bytes of a file to a parsed tree: encodings as they come in the field, and what is refused outright.

Shift_JIS means code page 932 here: the XML library's own Shift_JIS turns ～ into 〜 and rejects ①, so decoding is
ours, and the parser only ever sees UTF-8. No DTD, no entities, no more than `SIZE_LIMIT` bytes and 256 levels.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from appliance.eligibility.trouble import Trouble

SIZE_LIMIT = 8 * 1024 * 1024
BULK_SIZE_LIMIT = 64 * 1024 * 1024
"""For results of bulk jobs: how many persons one may hold is not public."""

DEPTH_LIMIT = 256
"""Levels of elements; the parser's own limit as long as `huge_tree` is off."""


class Encoding(StrEnum):
    """Encodings of the interface, named as in the XML declaration."""

    UTF_8 = "UTF-8"
    SHIFT_JIS = "Shift_JIS"

    @property
    def codec(self) -> str:
        """Python's name for it."""
        return "utf-8" if self is Encoding.UTF_8 else "cp932"


BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\s*(?:<\?xml\s.*?\?>)?", re.DOTALL)
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.\-]+)[\"']")
_JAPANESE_NAMES = {"shift_jis", "shift-jis", "sjis", "windows-31j", "cp932", "ms932", "x-sjis"}

# Attributes are rare, and looking for them at every element is not cheap.
_ATTRIBUTE = re.compile(rb"=\s*[\"']")

# One parser for all: making one takes as long as reading a message. lxml lets one thread at a time use it.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


@dataclass(frozen=True)
class Source:
    """A parsed file. `declared` is the encoding its declaration names, `has_attributes` that it may hold some."""

    root: "etree._Element"
    encoding: Encoding
    declared: str | None
    has_bom: bool
    has_attributes: bool


def text_of(data: bytes) -> str:
    """`data` as text, whichever encoding it came in. Raises `Trouble` INPUT-002 for neither of the two."""
    return _as_utf_8(data, _declared(data))[1].decode("utf-8")


def parse(data: bytes, limit: int = SIZE_LIMIT) -> Source:
    """The tree of `data`. Raises `Trouble` INPUT-002 (no such XML, or one of the things we refuse)."""
    if len(data) > limit:
        raise Trouble("INPUT-002", f"{len(data)} バイトあります（上限 {limit}）")
    declared = _declared(data)
    encoding, text = _as_utf_8(data, declared)
    if b"!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
        raise Trouble("INPUT-002", "DTDを含みます")
    body = _without_declaration(text)
    has_attributes = b"=" in body and _ATTRIBUTE.search(body) is not None
    return Source(_root(body), encoding, declared, data.startswith(BOM), has_attributes)


def _declared(data: bytes) -> str | None:
    found = _DECLARED_ENCODING.search(data[:200])
    return found.group(1).decode("ascii") if found else None


def _root(text: bytes) -> "etree._Element":
    try:
        return etree.fromstring(text, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Trouble("INPUT-002", f"XMLの{getattr(error, 'lineno', None) or '?'}行目") from error


def _without_declaration(text: bytes) -> bytes:
    start = _DECLARATION.match(text)
    if start is None or not start.end():
        return text
    # Lines keep their numbers.
    return b"\n" * start.group().count(b"\n") + text[start.end() :]


def _as_utf_8(data: bytes, declared: str | None) -> tuple[Encoding, bytes]:
    if data.startswith(BOM):
        return Encoding.UTF_8, _checked(data[len(BOM) :])
    if declared is not None and declared.lower() in _JAPANESE_NAMES:
        return Encoding.SHIFT_JIS, _transcoded(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # Seen in the field: cp932 bytes under a UTF-8 declaration, or none at all.
        return Encoding.SHIFT_JIS, _transcoded(data)
    return Encoding.UTF_8, data


def _checked(data: bytes) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable("utf-8", error) from error
    return data


def _transcoded(data: bytes) -> bytes:
    try:
        return data.decode("cp932").encode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable("cp932", error) from error


def _unreadable(codec: str, error: UnicodeDecodeError) -> Trouble:
    return Trouble("INPUT-002", f"{codec} として読めない文字があります（{error.start} バイト目）")
