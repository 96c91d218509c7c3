"""The pages of a PDF that Chromium printed, and the text on each: enough of the format for what Chromium writes, and no more."""

import re
import unicodedata
import zlib

_OBJECT = re.compile(rb"(?<![0-9])(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_FONTS = re.compile(rb"/(F\d+) (\d+) 0 R")
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj")
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>")


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page without any spaces, in the order in which it was painted."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [objects[one] for one in _pages(objects, _root(objects))]
    return [_text(objects, page) for page in pages]


def _root(objects: dict[int, bytes]) -> int:
    catalog = next(body for body in objects.values() if re.search(rb"/Type ?/Catalog", body))
    return _reference(catalog, b"Pages")


def _pages(objects: dict[int, bytes], number: int) -> list[int]:
    kids = re.search(rb"/Kids ?\[(.*?)\]", objects[number], re.DOTALL)
    if kids is None:
        return [number]
    return [page for kid in re.findall(rb"(\d+) 0 R", kids[1]) for page in _pages(objects, int(kid))]


def _text(objects: dict[int, bytes], page: bytes) -> str:
    fonts = {
        name: _letters(objects, objects[int(number)])
        for name, number in _FONTS.findall(_resources(objects, page))
    }
    font: dict[bytes, str] = {}
    found = []
    for name, shown in _SHOWN.findall(_content(objects[_reference(page, b"Contents")])):
        if name:
            font = fonts[name]
        else:
            width = len(next(iter(font), b"0000"))
            codes = (shown[at : at + width].upper() for at in range(0, len(shown), width))
            found.append("".join(font.get(code, "?") for code in codes))
    # NFKC: where a radical looks like the character, the font's table may name the radical.
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(found)))


def _resources(objects: dict[int, bytes], page: bytes) -> bytes:
    apart = re.search(rb"/Resources (\d+) 0 R", page)
    return objects[int(apart[1])] if apart else page


def _letters(objects: dict[int, bytes], font: bytes) -> dict[bytes, str]:
    table = _content(objects[_reference(font, b"ToUnicode")])
    found: dict[bytes, str] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        found |= {code.upper(): _letter(text) for code, text in _CHAR.findall(part)}
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in _RANGE.findall(part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = f"{int(first, 16) + step:0{len(first)}X}".encode()
                found[code] = chr(ord(_letter(text)[-1]) + step)
    return found


def _letter(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found is not None, name
    return int(found[1])


def _content(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    assert stream is not None
    return zlib.decompressobj().decompress(stream[1]) if b"FlateDecode" in body else stream[1]
