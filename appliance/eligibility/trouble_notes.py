"""A site's own additions to the catalogue: notes to a code, codes it has met, symptoms of its own.

The texts come in; `appliance/own_files.py` reads them from `troubles.d/` in the state folder. Three tables are known:

- `[[note]]`: `code`, `text`, and if wanted `by` and `on` (a date). Shown below the row of that code.
- `[[center]]`: a code that the center or the official terminal has shown and that has no row yet.
- `[[symptom]]`: a symptom of this site, with a code of the form `LOCAL-001`.

The last two have the columns of `troubles.toml`; only `code`, `fault`, `title` and `reception` must be there.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from appliance.eligibility.catalogue import KNOWLEDGE, Entry, Kind, Note, entry_of
from appliance.eligibility.toml_rows import BadFile, Refusal, Row, rows_of

NOTE_TABLE = "note"
OWN_SYMPTOM = re.compile(r"LOCAL-[0-9]{3}")
_OPTIONAL = frozenset({"retryable", "engineer", "developer", "words", "source"})
_NOTE_TYPES: dict[str, type] = {"code": str, "text": str, "by": str, "on": date}


def with_additions(
    texts: Mapping[str, str], knowledge: Mapping[str, Entry] = KNOWLEDGE
) -> tuple[dict[str, Entry], tuple[Refusal, ...]]:
    """`knowledge` with what stands in `texts` (by file name), and the rows and files that could not be taken.

    Never raises, and a refused row takes nothing else with it.
    """
    rows, refusals = _rows(texts)
    entries = dict(knowledge)
    for row in sorted(
        rows, key=lambda row: row.table == NOTE_TABLE
    ):  # a note may be to a row of another file
        match _note(row, entries) if row.table == NOTE_TABLE else _own_entry(row, entries):
            case Refusal() as refusal:
                refusals.append(refusal)
            case entry:
                entries[entry.code] = entry
    return entries, tuple(sorted(refusals, key=lambda refusal: (refusal.file, refusal.line)))


def _rows(texts: Mapping[str, str]) -> tuple[list[Row], list[Refusal]]:
    rows: list[Row] = []
    refusals: list[Refusal] = []
    for file, text in texts.items():
        try:
            rows += rows_of(text, file)
        except BadFile as bad:
            refusals.append(bad.refusal)
    return rows, refusals


def _own_entry(row: Row, entries: Mapping[str, Entry]) -> Entry | Refusal:
    if row.table == Kind.BOX:
        return row.refusal("この装置のコードは加えられません。覚え書きは [[note]] に書いてください")
    entry = entry_of(row, optional=_OPTIONAL)
    if isinstance(entry, Refusal):
        return entry
    if entry.code in entries:
        return row.refusal(f"{entry.code} の行はすでにあります。[[note]] に書いてください", "code")
    if entry.kind is Kind.SYMPTOM and not OWN_SYMPTOM.fullmatch(entry.code):
        return row.refusal("症状のコードは LOCAL-001 の形にしてください", "code")
    return replace(entry, source=entry.source or row.file)


def _note(row: Row, entries: Mapping[str, Entry]) -> Entry | Refusal:
    for key, value in row.values.items():
        if key not in _NOTE_TYPES:
            return row.refusal(f"知らない項目です: {key}", key)
        if type(value) is not _NOTE_TYPES[key] or value == "":
            return row.refusal(f"{key} の値が正しくありません", key)
    for key in ("code", "text"):
        if key not in row.values:
            return row.refusal(f"{key} がありません")
    entry = entries.get(row.values["code"])
    if entry is None:
        return row.refusal(f"知らないコードです: {row.values['code']}", "code")
    note = Note(row.values["text"], row.values.get("by", ""), row.values.get("on"), row.file, row.line)
    return replace(entry, notes=(*entry.notes, note))
