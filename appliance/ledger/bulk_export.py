"""The result of a run as CSV for spreadsheets: UTF-8 with a BOM, or code page 932 for older ones."""

import csv
import io
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain

from appliance.eligibility.bulk_outcome import FACT_LABELS, URGENCY_LABELS, spoken_fact
from appliance.eligibility.charset import GAP
from appliance.ledger.bulk_steps import Person

_ASKED = ("insurer_number", "symbol", "number", "branch", "birthdate")
HEADINGS = (
    "区分", "予約時刻", "患者番号", "氏名（一覧）",
    "照会した保険者番号", "照会した記号", "照会した番号", "照会した枝番", "生年月日",
    *FACT_LABELS.values(),
    "変わった点", "センターのメッセージ", "一覧の行",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOTHING = "－"
"""What stands where there is no number; by itself it is no formula."""


class ExportEncoding(StrEnum):
    """What a spreadsheet opens without asking."""

    UTF_8 = "utf-8"
    SHIFT_JIS = "cp932"


def as_csv(people: Iterable[Person], encoding: ExportEncoding) -> bytes:
    """The whole file, a row a person."""
    return table_as_csv(HEADINGS, (_cells(one) for one in people), encoding)


def table_as_csv(headings: Iterable[str], rows: Iterable[list[str]], encoding: ExportEncoding) -> bytes:
    """A table as a file. A character that code page 932 lacks becomes ●, as the center does."""
    return b"".join(table_as_lines(headings, rows, encoding))


def table_as_lines(
    headings: Iterable[str], rows: Iterable[list[str]], encoding: ExportEncoding
) -> Iterator[bytes]:
    """The same file a line at a time, for tables that are too long to hold."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if encoding is ExportEncoding.UTF_8:
        text.write("\ufeff")
    for row in chain([headings], rows):
        writer.writerow(_harmless(cell) for cell in row)
        line = text.getvalue()
        yield line.encode() if encoding is ExportEncoding.UTF_8 else "".join(_in_cp932(line)).encode("cp932")
        text.seek(0)
        text.truncate()


def _in_cp932(text: str) -> Iterator[str]:
    for character in text:
        try:
            character.encode("cp932")
        except UnicodeEncodeError:
            yield GAP
        else:
            yield character


def _cells(one: Person) -> list[str]:
    asked, outcome = one.asked, one.outcome
    facts = outcome.facts[0] if outcome and outcome.facts else {}
    return [
        URGENCY_LABELS[outcome.urgency] if outcome else "照会待ち",
        asked.time if asked else "",
        (asked.patient if asked else "") or (outcome.reference_number if outcome else ""),
        asked.name if asked else "",
        *(getattr(asked, name) if asked else "" for name in _ASKED),
        *(spoken_fact(name, facts[name]) if name in facts else "" for name in FACT_LABELS),
        " / ".join(f"{d.label}: {d.before or 'なし'} → {d.after}" for d in outcome.differences)
        if outcome
        else "",
        outcome.message if outcome else "",
        str(asked.line) if asked else "",
    ]


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) and cell != _NOTHING else cell
