"""Messages from and to XML: read leniently, write strictly.

Reading takes any element order, UTF-8 and cp932, a BOM, unknown elements; it refuses a DTD, entities and
anything over `SIZE_LIMIT`. Writing uses the documented order. Shift_JIS means code page 932 here: the XML
library's own Shift_JIS turns ～ into 〜 and rejects ①, so decoding is ours.
"""

import re
from enum import StrEnum
from typing import Any, TypeVar

from lxml import etree

from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, RequestMessage, ResultMessage
from appliance.eligibility.trouble import Trouble

SIZE_LIMIT = 8 * 1024 * 1024
UNMAPPABLE = "●"
"""What the center itself writes for a character outside its set."""

_LOOK_ALIKES = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")
"""Characters code page 932 has under another code point only; nobody sees the difference."""

B = TypeVar("B", bound=Block)


class Encoding(StrEnum):
    """Encodings of the interface, named as in the XML declaration."""

    UTF_8 = "UTF-8"
    SHIFT_JIS = "Shift_JIS"


_CODECS = {Encoding.UTF_8: "utf-8", Encoding.SHIFT_JIS: "cp932"}
_DECLARATION = re.compile(r"\s*(?:<\?xml\s.*?\?>)?", re.DOTALL)
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.\-]+)[\"']")
_JAPANESE_NAMES = {"shift_jis", "shift-jis", "sjis", "windows-31j", "cp932", "ms932", "x-sjis"}


def read_request(data: bytes) -> RequestMessage:
    """A single request. Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (not a request)."""
    root = _root(data)
    body = root.find("MessageBody")
    if body is None or body.find("QualificationConfirmSearchInfo") is None:
        raise Trouble("INPUT-003", "QualificationConfirmSearchInfo がありません")
    return _read(RequestMessage, root)


def read_result(data: bytes) -> ResultMessage:
    """A single or card result. Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (not a result)."""
    return read_as(ResultMessage, data)


def read_as(kind: type[B], data: bytes) -> B:
    """A message of another family, described by `kind`, read with the same leniency and limits.

    Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (no message).
    """
    root = _root(data)
    if root.find("MessageHeader") is None:
        raise Trouble("INPUT-003", "MessageHeader がありません")
    return _read(kind, root)


def write(message: Block, encoding: Encoding = Encoding.UTF_8) -> bytes:
    """`message` as the interface's XML in documented order; characters `encoding` lacks become ●."""
    root = etree.Element("XmlMsg")
    strangers: list[tuple[etree._Element, str]] = []
    _fill(root, message, strangers)
    etree.indent(root, "  ")
    for parent, raw in strangers:  # after indenting, which would change the white space inside them
        parent.append(etree.fromstring(raw))
    text = etree.tostring(root, encoding="unicode")
    document = f'<?xml version="1.0" encoding="{encoding.value}" standalone="no"?>\n{text}\n'
    if encoding is Encoding.SHIFT_JIS:
        document = document.translate(_LOOK_ALIKES)
    return b"".join(_encoded(character, _CODECS[encoding]) for character in document)


def _encoded(character: str, codec: str) -> bytes:
    try:
        return character.encode(codec)
    except UnicodeEncodeError:
        return UNMAPPABLE.encode(codec)


def _root(data: bytes) -> "etree._Element":
    if len(data) > SIZE_LIMIT:
        raise Trouble("INPUT-002", f"{len(data)} バイトあります（上限 {SIZE_LIMIT}）")
    text = _without_declaration(_decoded(data))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Trouble("INPUT-002", "DTDを含みます")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Trouble("INPUT-002", f"XMLの{getattr(error, 'lineno', None) or '?'}行目") from error
    if root.tag != "XmlMsg":
        raise Trouble("INPUT-003", "ルート要素が XmlMsg ではありません")
    return root


def _without_declaration(text: str) -> str:
    start = _DECLARATION.match(text)
    return text[start.end() :] if start else text


def _decoded(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return _strictly(data[3:], "utf-8")
    declared = _DECLARED_ENCODING.search(data[:200])
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if name in _JAPANESE_NAMES:
        return _strictly(data, "cp932")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Seen in the field: cp932 bytes under a UTF-8 declaration, or none at all.
        return _strictly(data, "cp932")


def _strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Trouble(
            "INPUT-002", f"{codec} として読めない文字があります（{error.start} バイト目）"
        ) from error


def _read(block: type[B], element: "etree._Element") -> B:
    slots = {slot.element: slot for slot in layout(block)}
    values: dict[str, Any] = {}
    unknown = []
    for child in element:
        slot = slots.get(str(child.tag))
        if slot is None or slot.name in values:
            child.tail = None
            unknown.append(etree.tostring(child, encoding="unicode"))
        else:
            values[slot.name] = _value(slot, child)
    return block(**values, unknown=tuple(unknown))


def _value(slot: Slot, element: "etree._Element") -> Any:
    if slot.block is None:
        return element.text or ""
    if slot.kind is Kind.BLOCK:
        return _read(slot.block, element)
    return tuple(_read(slot.block, item) for item in element if item.tag == slot.item)


def _fill(element: "etree._Element", block: Block, strangers: "list[tuple[etree._Element, str]]") -> None:
    for slot in layout(type(block)):
        _append(element, slot, getattr(block, slot.name), strangers)
    strangers.extend((element, raw) for raw in block.unknown)


def _append(
    parent: "etree._Element", slot: Slot, value: Any, strangers: "list[tuple[etree._Element, str]]"
) -> None:
    if value is None or value == ():
        return
    child = etree.SubElement(parent, slot.element)
    if slot.kind is Kind.TEXT:
        child.text = value
    elif slot.kind is Kind.BLOCK:
        _fill(child, value, strangers)
    else:
        for item in value:
            _fill(etree.SubElement(child, str(slot.item)), item, strangers)
