"""Which column of a list is what: by its heading as reservation systems write it, or by what stands in it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.eligibility.eras import parse_date
from appliance.eligibility.list_text import Line
from appliance.eligibility.numbers import looks_like_my_number
from appliance.eligibility.said import joined, said
from appliance.eligibility.trouble import Trouble


class Column(StrEnum):
    """What we want to know of a person; `SYMBOL_AND_NUMBER` holds both, divided by ・ or the like."""

    PATIENT = "patient"
    DAY = "day"
    TIME = "time"
    NAME = "name"
    INSURER_NUMBER = "insurer_number"
    SYMBOL = "symbol"
    NUMBER = "number"
    SYMBOL_AND_NUMBER = "symbol_and_number"
    BRANCH = "branch"
    BIRTHDATE = "birthdate"
    RATIO = "ratio"
    VALID_UNTIL = "valid_until"


COLUMN_LABELS = {
    Column.PATIENT: "患者番号",
    Column.DAY: "予約日",
    Column.TIME: "予約時刻",
    Column.NAME: "氏名",
    Column.INSURER_NUMBER: "保険者番号",
    Column.SYMBOL: "記号",
    Column.NUMBER: "番号",
    Column.SYMBOL_AND_NUMBER: "記号・番号",
    Column.BRANCH: "枝番",
    Column.BIRTHDATE: "生年月日",
    Column.RATIO: "負担割合",
    Column.VALID_UNTIL: "有効期限",
}
_HEADINGS = {
    Column.PATIENT: "患者番号 患者id 患者no 患者コード カルテ番号 カルテno 診察券番号 照会番号 id patientid patient",
    Column.DAY: "予約日 来院予定日 来院日 受診日 受診予定日 診察日 診療日",
    Column.TIME: "予約時刻 予約時間 時刻 時間 予約日時 予約 来院予定 来院予定時刻 診察時刻 time",
    Column.NAME: "氏名 患者氏名 患者名 名前 お名前 漢字氏名 name",
    Column.INSURER_NUMBER: "保険者番号 保険者no 保険者 保険者コード insurernumber",
    Column.SYMBOL: "記号 被保険者証記号 被保険者記号 保険証記号 資格確認書記号 symbol",
    Column.NUMBER: "番号 被保険者証番号 被保険者番号 保険証番号 資格確認書番号 number",
    Column.SYMBOL_AND_NUMBER: "記号番号 記号と番号 被保険者証記号番号 被保険者記号番号 保険証記号番号",
    Column.BRANCH: "枝番 枝番号 被保険者証枝番 branch",
    Column.BIRTHDATE: "生年月日 誕生日 生年月日西暦 生年月日和暦 birthdate birthday",
    Column.RATIO: "負担割合 割合 一部負担金割合 一部負担割合",
    Column.VALID_UNTIL: "有効期限 保険有効期限 資格有効期限 有効期間終了",
}
_BY_HEADING = {word: column for column, words in _HEADINGS.items() for word in words.split()}
_FORBIDDEN = ("マイナンバー", "個人番号", "mynumber")
_NOISE = re.compile(r"[\s・･/／_.\-（）()【】\[\]]|\d+桁")
_HEADING_ROWS = 5

_C = Column
_CUSTOMARY: tuple[tuple[Column | None, ...], ...] = (
    (_C.PATIENT, _C.INSURER_NUMBER, _C.SYMBOL, _C.NUMBER, _C.BRANCH, _C.BIRTHDATE, _C.TIME, _C.NAME),
    (_C.PATIENT, _C.INSURER_NUMBER, _C.SYMBOL_AND_NUMBER, _C.BRANCH, _C.BIRTHDATE, _C.TIME, _C.NAME),
    (_C.PATIENT, _C.NAME, _C.INSURER_NUMBER, _C.SYMBOL, _C.NUMBER, _C.BRANCH, _C.BIRTHDATE, _C.TIME),
    (_C.PATIENT, _C.NAME, _C.BIRTHDATE, _C.INSURER_NUMBER, _C.SYMBOL, _C.NUMBER, _C.BRANCH, _C.TIME),
    (_C.TIME, _C.PATIENT, _C.NAME, _C.BIRTHDATE, _C.INSURER_NUMBER, _C.SYMBOL, _C.NUMBER, _C.BRANCH),
    (_C.TIME, _C.PATIENT, _C.INSURER_NUMBER, _C.SYMBOL, _C.NUMBER, _C.BRANCH, _C.BIRTHDATE),
    (_C.INSURER_NUMBER, _C.SYMBOL, _C.NUMBER, _C.BRANCH, _C.BIRTHDATE, _C.TIME, _C.NAME),
)
"""Orders of columns without headings, the one we recommend first."""


@dataclass(frozen=True)
class Columns:
    """Where each column stands, from 0; how many rows come before the people; `is_guess`: there are no headings."""

    places: Mapping[Column, int]
    rows_before: int
    is_guess: bool = False
    unused: tuple[str, ...] = ()

    def words(self) -> str:
        """The columns in their order, for a person."""
        return joined("、", (COLUMN_LABELS[one] for one in sorted(self.places, key=lambda c: self.places[c])))


def columns_of(lines: Sequence[Line], needed: frozenset[Column]) -> Columns:
    """The columns of a list that must have `needed`.

    Raises `Trouble`: BULK-002 when one is missing, BULK-003 when a column holds My Numbers.
    """
    _refuse_headings(lines)
    found = _by_headings(lines) or _by_content(lines)
    _refuse_my_numbers(lines[found.rows_before :])
    has = set(found.places)
    if Column.SYMBOL_AND_NUMBER in has:
        has.add(Column.NUMBER)
    if missing := [COLUMN_LABELS[one] for one in Column if one in needed - has]:
        raise Trouble("BULK-002", joined("、", missing))
    return found


def _by_headings(lines: Sequence[Line]) -> Columns | None:
    for index, line in enumerate(lines[:_HEADING_ROWS]):
        named = [_BY_HEADING.get(_heading(cell)) for cell in line.cells]
        # Two known headings: a name that happens to be 「番号」 makes no heading row.
        if sum(one is not None for one in named) >= 2:
            places: dict[Column, int] = {}
            for place, column in enumerate(named):
                if column is not None:
                    places.setdefault(column, place)
            used = set(places.values())
            unused = tuple(cell for place, cell in enumerate(line.cells) if cell and place not in used)
            return Columns(places, index + 1, unused=unused)
    return None


def _heading(cell: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", cell)).lower()


def _by_content(lines: Sequence[Line]) -> Columns:
    sample = lines[:20]
    scores = [sum(_fits(line, order) for line in sample) for order in _CUSTOMARY]
    best = max(range(len(_CUSTOMARY)), key=lambda index: scores[index])
    if not sample or scores[best] * 2 <= len(sample):
        raise Trouble("BULK-002", "見出しの行がなく、列の並びもわかりません")
    width = max(len(line.cells) for line in lines)
    order = _CUSTOMARY[best][:width]
    return Columns({one: place for place, one in enumerate(order) if one is not None}, 0, is_guess=True)


def _fits(line: Line, order: Sequence[Column | None]) -> bool:
    cells = dict(zip(order, line.cells, strict=False))
    insurer = unicodedata.normalize("NFKC", cells.get(_C.INSURER_NUMBER, ""))
    if not (insurer.isdigit() and 5 <= len(insurer) <= 8):
        return False
    branch = cells.get(_C.BRANCH, "")
    return len(branch) <= 2 and _is_date(cells.get(_C.BIRTHDATE, ""))


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _refuse_headings(lines: Sequence[Line]) -> None:
    for line in lines[:_HEADING_ROWS]:
        if any(_heading(cell).startswith(_FORBIDDEN) for cell in line.cells):
            raise Trouble("BULK-003", "マイナンバーの列があります")


def refuse_my_number_names(names: Iterable[str]) -> None:
    """Raises `Trouble` BULK-003 when one of the columns' `names` is that of My Numbers."""
    if any(_heading(name).startswith(_FORBIDDEN) for name in names):
        raise Trouble("BULK-003", "マイナンバーの項目があります")


def _refuse_my_numbers(lines: Sequence[Line]) -> None:
    """A column in which every cell could be a My Number is one, whatever its heading says."""
    for place in range(max((len(line.cells) for line in lines), default=0)):
        cells = [line.cells[place] for line in lines if place < len(line.cells) and line.cells[place]]
        if cells and all(may_be_my_number(cell) for cell in cells):
            raise Trouble("BULK-003", said("{column}列目がマイナンバーのようです", column=place + 1))


def may_be_my_number(text: str) -> bool:
    """`looks_like_my_number` for a cell as people type it: full-width, in groups of four."""
    plain = unicodedata.normalize("NFKC", text)
    return looks_like_my_number(re.sub(r"[\s\-]", "", plain))
