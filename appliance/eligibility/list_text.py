"""From the bytes of a list to rows of cells with their line numbers: encodings, dividers and quotes as people have them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble

MOST_BYTES = 4 * 1024 * 1024
"""How large a list may be: ten thousand people with a name and a note each take a quarter of it."""

_DIVIDERS = ("\t", ",", ";")
_LOOKED_AT = 20
_UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff")
_BINARY = "表計算ソフトのファイルのようです。CSVで保存し直してください"


@dataclass(frozen=True)
class Line:
    """One row of a list. `first` and `last` are its line numbers from 1, which differ for quoted line breaks alone."""

    first: int
    last: int
    cells: tuple[str, ...]


def decoded(data: bytes) -> str:
    """The text of a list in UTF-8, UTF-16 with a BOM, or cp932. Raises `Trouble` BULK-001 or BULK-004."""
    if len(data) > MOST_BYTES:
        raise Trouble("BULK-004", said("{size}MBまでです", size=MOST_BYTES // 1024 // 1024))
    codecs = ("utf-16",) if data.startswith(_UTF_16_STARTS) else ("utf-8-sig", "cp932")
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Trouble("BULK-001", _BINARY)
        return text
    raise Trouble("BULK-001", "文字コードがUTF-8でもShift_JISでもありません")


def rows(text: str) -> Iterator[Line]:
    """The rows of `text` that hold anything. Raises `Trouble` BULK-001 for quotes that never end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_divider(text))
    before = 0
    try:
        for cells in reader:
            line = Line(before + 1, reader.line_num, tuple(cell.strip() for cell in cells))
            before = reader.line_num
            if any(line.cells):
                yield line
    except csv.Error as error:
        raise Trouble("BULK-001", said("{line}行目から先を行に分けられません", line=before + 1)) from error


def _divider(text: str) -> str:
    """The divider that most rows at the beginning have; a comma for a list of one column."""
    head = [line for line in text[:65536].splitlines()[:_LOOKED_AT] if line.strip()]
    counts = {divider: sum(divider in line for line in head) for divider in _DIVIDERS}
    best = max(_DIVIDERS, key=lambda divider: counts[divider])
    return best if counts[best] else ","
