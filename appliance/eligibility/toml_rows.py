"""Rows of a TOML file with the lines they stand on, which the standard library's reader does not tell.

A file is made of `[[table]]` rows. Whoever gives a meaning to rows can then refuse one by file, line and reason.
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

_HEADER = re.compile(r"\s*\[\[\s*([A-Za-z0-9_-]+)\s*\]\]\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_LINE = re.compile(r"\s*\(at line ([0-9]+), column [0-9]+\)$")
_LONG_STRING = re.compile(r'"""|\'\'\'')
UNKNOWN_LINE = 0


@dataclass(frozen=True)
class Refusal:
    """Why a row, or a whole file, is not taken. `line` counts from 1; `UNKNOWN_LINE` when it is not known."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file} {self.line}行目: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """One `[[table]]` of a file: its values, the line of its header and the line of each key."""

    file: str
    table: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int]

    def refusal(self, reason: str, key: str = "") -> Refusal:
        """A refusal that points at `key`, or at the row's first line."""
        return Refusal(self.file, self.lines.get(key, self.line), reason)


class BadFile(Exception):  # noqa: N818 - carries the refusal to whoever collects them
    """A file that cannot be read as rows at all."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


def rows_of(text: str, file: str) -> tuple[Row, ...]:
    """The rows of `text` in the order in which they stand. `file` is its name in refusals.

    Raises `BadFile` when the text is not TOML, or holds anything at its top level but `[[table]]` rows.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile(_not_toml(str(error), file)) from error
    rows: list[Row] = []
    for table, items in tables.items():
        if not _is_rows(items):
            raise BadFile(Refusal(file, UNKNOWN_LINE, f"[[行]] ではない項目があります: {table}"))
        rows += _rows_of_table(file, table, items, _places(text, table))
    return tuple(sorted(rows, key=lambda row: row.line))


def _is_rows(items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def _rows_of_table(
    file: str, table: str, items: list[dict[str, Any]], places: list[dict[str, int]]
) -> list[Row]:
    # Rows written in a way that the map does not follow are still rows; only their lines stay unknown.
    known = places if len(places) == len(items) else [{} for _ in items]
    return [
        Row(file, table, place.pop("", UNKNOWN_LINE), item, place)
        for item, place in zip(items, known, strict=True)
    ]


def _places(text: str, table: str) -> list[dict[str, int]]:
    """For each row of `table` the lines of its keys; the header's line under the empty key."""
    places: list[dict[str, int]] = []
    inside = False
    for number, line in _lines_outside_long_strings(text):
        if header := _HEADER.match(line):
            inside = header[1] == table
            places += [{"": number}] if inside else []
        elif inside and (key := _KEY.match(line)):
            places[-1].setdefault(key[1], number)
    return places


def _lines_outside_long_strings(text: str) -> list[tuple[int, str]]:
    outside: list[tuple[int, str]] = []
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not closing:
            outside.append((number, line))
        for mark in _LONG_STRING.findall(line):
            closing = "" if mark == closing else closing or mark
    return outside


def _not_toml(message: str, file: str) -> Refusal:
    at = _LINE.search(message)
    return Refusal(
        file, int(at[1]) if at else UNKNOWN_LINE, f"TOMLとして読めません: {_LINE.sub('', message)}"
    )
