"""The trouble catalogue: what each code and symptom means, and the first step of whoever meets it.

The rows are data (`troubles.toml`), so that a text can be bettered without touching code. `CATALOGUE` holds the box's
own codes, the only ones that can be raised; `KNOWLEDGE` adds what the center and the terminal show, and what people see.
"""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from appliance.eligibility import packaged
from appliance.eligibility.toml_rows import Refusal, Row, rows_of


class Fault(StrEnum):
    """Whose fault a trouble is. Always said, because the phone call that follows depends on it."""

    CARD = "card"
    READER = "reader"
    LINE = "line"
    CENTER = "center"
    COVERAGE = "coverage"
    BOX = "box"
    INPUT = "input"


FAULT_LABELS = {
    Fault.CARD: "カード",
    Fault.READER: "カードリーダー",
    Fault.LINE: "回線",
    Fault.CENTER: "センター",
    Fault.COVERAGE: "保険資格",
    Fault.BOX: "この装置",
    Fault.INPUT: "入力内容",
}


class Kind(StrEnum):
    """Where a row's code comes from; the name of its table in the file."""

    BOX = "box"
    CENTER = "center"
    SYMPTOM = "symptom"


KIND_LABELS = {
    Kind.BOX: "この装置のコード",
    Kind.CENTER: "センターや公式の端末・リーダーが示すコード",
    Kind.SYMPTOM: "受付で見える症状",
}


@dataclass(frozen=True)
class Note:
    """What an engineer of this site has added to a code, and where it is written."""

    text: str
    by: str
    on: date | None
    file: str
    line: int


@dataclass(frozen=True)
class Entry:
    """One row: what a code means, whether asking again can help, and what to do about it.

    `reception`, `engineer` and `developer` are the first steps of each. `words` are what people say when they meet it.
    `source` is the room that raises one of our codes, or where a foreign code or a symptom was told.
    """

    code: str
    fault: Fault
    retryable: bool
    title: str
    reception: str
    engineer: str
    developer: str
    words: tuple[str, ...]
    source: str
    kind: Kind = Kind.BOX
    notes: tuple[Note, ...] = ()


_REQUIRED = tuple(item.name for item in fields(Entry) if item.name not in {"kind", "notes"})
_EMPTY: dict[str, Any] = {"retryable": False, "words": []}


def entry_of(row: Row, *, optional: frozenset[str] = frozenset()) -> Entry | Refusal:
    """The entry that `row` describes, or why it is not one. Keys in `optional` may be missing and are then empty."""
    if row.table not in set(Kind):
        return row.refusal(f"知らない表です: {row.table}")
    for key in row.values:
        if key not in _REQUIRED:
            return row.refusal(f"知らない項目です: {key}", key)
    for key in _REQUIRED:
        if key not in row.values and key not in optional:
            return row.refusal(f"{key} がありません")
        if key in row.values and not _is_right(key, row.values[key]):
            return row.refusal(f"{key} の値が正しくありません", key)
    values = {key: row.values.get(key, _EMPTY.get(key, "")) for key in _REQUIRED}
    return _entry(values, Kind(row.table))


def _entry(values: dict[str, Any], kind: Kind) -> Entry:
    return Entry(**values | {"fault": Fault(values["fault"]), "words": tuple(values["words"]), "kind": kind})


def _is_right(key: str, value: Any) -> bool:
    match key, value:
        case "retryable", bool():
            return True
        case "words", list(words):
            return all(isinstance(word, str) and word.strip() for word in words)
        case "fault", str(fault):
            return fault in set(Fault)
        case (("retryable" | "words"), _):
            return False
        case _, str(text):
            return bool(text.strip())
    return False


def _packaged() -> dict[str, Entry]:
    """Raises `ValueError` naming file, line and reason; then the package itself is broken."""
    entries: dict[str, Entry] = {}
    for row in rows_of(packaged.text_of("troubles.toml"), "troubles.toml"):
        match entry_of(row):
            case Entry(code=code) as entry if code not in entries:
                entries[code] = entry
            case Entry(code=code):
                raise ValueError(str(row.refusal(f"同じコードの行があります: {code}", "code")))
            case refusal:
                raise ValueError(str(refusal))
    return entries


KNOWLEDGE: dict[str, Entry] = _packaged()
CATALOGUE: dict[str, Entry] = {code: entry for code, entry in KNOWLEDGE.items() if entry.kind is Kind.BOX}
