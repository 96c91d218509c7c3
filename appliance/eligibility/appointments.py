"""An appointment list, or a list of 照会番号 to register: its people, and line by line what is wrong with it.

Whatever stands in the list is either a person or in the report: nothing is dropped silently. Errors leave a line out,
warnings do not.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from appliance.eligibility.eras import parse_date
from appliance.eligibility.list_columns import (
    Column,
    Columns,
    columns_of,
    may_be_my_number,
    refuse_my_number_names,
)
from appliance.eligibility.list_text import Line, decoded, rows
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.said import joined, said
from appliance.eligibility.structures import insurer_number_warnings
from appliance.eligibility.trouble import Trouble

MOST_PEOPLE = 20_000
LONGEST_TEXT = 20
LONGEST_PATIENT = 50
OLDEST = 130
_LONGEST_RECORD = 3
_MY_NUMBER = "12桁のマイナンバーらしい番号があります。保険の書類の番号だけを入れてください。"
ASKING = frozenset({Column.INSURER_NUMBER, Column.NUMBER, Column.BIRTHDATE})
"""What a person must have to be asked about."""

REGISTERING = frozenset({Column.PATIENT, Column.INSURER_NUMBER, Column.NUMBER})
"""What a person must have to be given a 照会番号."""

_DIVIDERS = re.compile(r"[・･\-‐‑–—−ー/／:：\s]+")
_TIME = re.compile(r"(?P<noon>午前|午後)?\s*(?P<h>\d{1,2})(?:[:時](?P<m>\d{1,2})?分?)(?::\d{2})?$")
_WEEKDAY = re.compile(r"\([日月火水木金土]\)")
_PACKED_TIME = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)$")


class Severity(StrEnum):
    """Whether a line is left out."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of the list, in Japanese. It never quotes the line.

    `code` is a row of the catalogue and `column` where it stands, both empty for what concerns the list as a whole.
    """

    line: int
    severity: Severity
    text: str
    code: str = ""
    column: str = ""


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One person of a list. `birthdate` and `day` are yyyyMMdd, `insurer_number` has 6 or 8 digits, `time` is HH:MM.

    `day` is empty where the row says none: then it is the day of the list (`expecting.day_of_list`).
    `ratio` (three digits, percent) and `valid_until` (yyyyMMdd) are the last known insurance's; empty: not in the list.
    """

    line: int
    insurer_number: str = field(repr=False)
    number: str = field(repr=False)
    birthdate: str = field(default="", repr=False)
    symbol: str = field(default="", repr=False)
    branch: str = field(default="", repr=False)
    patient: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    day: str = ""
    time: str = ""
    ratio: str = ""
    valid_until: str = ""


@dataclass(frozen=True)
class AppointmentList:
    """What a list holds. `lines` is how many rows were looked at beside headings: people and errors together."""

    people: tuple[Appointment, ...] = field(repr=False)
    problems: tuple[Problem, ...]
    lines: int

    @property
    def left_out(self) -> int:
        """How many rows are no person."""
        return self.lines - len(self.people)


class _RowError(Exception):
    """Why a row is left out."""

    def __init__(self, text: str, code: str = "BULK-008") -> None:
        super().__init__(text)
        self.code = code


def read(data: bytes, today: date, laws: Mapping[str, str]) -> AppointmentList:
    """An appointment list. `laws` are the 法別番号 of insurers (`rules.laws`).

    Raises `Trouble`: BULK-001 (no list), BULK-002 (columns missing), BULK-003 (My Numbers), BULK-004 (too large).
    """
    return _read(data, ASKING, today, laws)


def read_registrations(data: bytes, today: date, laws: Mapping[str, str]) -> AppointmentList:
    """A list of 患者番号 to register as 照会番号, each with the numbers it shall hang on. Raises as `read` does."""
    return _read(data, REGISTERING, today, laws)


def read_people(
    people: Sequence[Mapping[str, str]], needed: frozenset[Column], today: date, laws: Mapping[str, str]
) -> AppointmentList:
    """The people of a list that came as mappings, by the names of `Column`; the first one's `line` is 1.

    Raises `Trouble`: BULK-003 (My Numbers), BULK-004 (too many).
    """
    if len(people) > MOST_PEOPLE:
        raise Trouble("BULK-004", said("{most_people}人までです", most_people=MOST_PEOPLE))
    columns = Columns({column: place for place, column in enumerate(Column)}, 0)
    lines = [
        Line(number, number, tuple(one.get(column, "").strip() for column in Column))
        for number, one in enumerate(people, start=1)
    ]
    refuse_my_number_names({name for one in people for name in one})
    reader = _Reader(columns, needed, today, laws)
    found = tuple(person for line in lines if (person := reader.person(line)) is not None)
    problems = sorted([*reader.problems, *_repeated(found)], key=lambda one: one.line)
    return AppointmentList(found, tuple(problems), len(lines))


def _read(data: bytes, needed: frozenset[Column], today: date, laws: Mapping[str, str]) -> AppointmentList:
    lines = list(rows(decoded(data)))
    if not lines:
        raise Trouble("BULK-001", "何も書かれていません")
    columns = columns_of(lines, needed)
    body = lines[columns.rows_before :]
    if len(body) > MOST_PEOPLE:
        raise Trouble("BULK-004", said("{most_people}行までです", most_people=MOST_PEOPLE))
    reader = _Reader(columns, needed, today, laws)
    people = tuple(person for line in body if (person := reader.person(line)) is not None)
    problems = [*_about_columns(lines, columns), *reader.problems, *_repeated(people)]
    return AppointmentList(people, tuple(sorted(problems, key=lambda one: one.line)), len(body))


def _about_columns(lines: list[Line], columns: Columns) -> Iterator[Problem]:
    if columns.is_guess:
        text = said("見出しの行がないので、列を {words} の順とみなしました。", words=columns.words())
        yield Problem(lines[0].first, Severity.WARNING, text)
    for line in lines[: max(0, columns.rows_before - 1)]:
        yield Problem(line.first, Severity.WARNING, "見出しより前の行なので読みませんでした。")
    if columns.unused:
        heading = lines[columns.rows_before - 1]
        text = said("使わない列があります: {unused}", unused=joined("、", columns.unused)[:100])
        yield Problem(heading.first, Severity.WARNING, text)


def _repeated(people: tuple[Appointment, ...]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for one in people:
        keys = (one.insurer_number, one.symbol, one.number, one.branch, one.birthdate, one.patient)
        if keys in seen:
            text = said("{row}行目と同じ人です。両方照会します。", row=seen[keys])
            yield Problem(one.line, Severity.WARNING, text, "BULK-009")
        seen.setdefault(keys, one.line)


class _Reader:
    """Reads row after row; `problems` grows."""

    def __init__(
        self, columns: Columns, needed: frozenset[Column], today: date, laws: Mapping[str, str]
    ) -> None:
        self._columns = columns
        self._needed = needed
        self._today = today
        self._laws = laws
        self._line = 0
        self._at = ""
        self._cells: tuple[str, ...] = ()
        self.problems: list[Problem] = []

    def person(self, line: Line) -> Appointment | None:
        """The person in a row; None, and a problem more, when there is none."""
        self._line, self._cells, self._at = line.first, line.cells, ""
        try:
            return self._person(line)
        except _RowError as error:
            self.problems.append(Problem(self._line, Severity.ERROR, error.args[0], error.code, self._at))
            return None

    def _person(self, line: Line) -> Appointment:
        if line.last - line.first >= _LONGEST_RECORD:
            raise _RowError(said('{last}行目まで引用符（"）が閉じていません。', last=line.last))
        width = max(self._columns.places.values()) + 1
        if any(self._cells[width:]) and self._columns.is_guess:
            self._warn("右のほうの列は読みませんでした。")
        symbol, number = self._symbol_and_number()
        return Appointment(
            line=self._line,
            insurer_number=self._insurer_number(),
            symbol=symbol,
            number=number,
            branch=self._branch(),
            birthdate=self._birthdate(),
            patient=self._patient(),
            name=self._cell(Column.NAME)[:LONGEST_PATIENT],
            day=self._day(),
            time=self._time(),
            ratio=self._ratio(),
            valid_until=self._valid_until(),
        )

    def _cell(self, column: Column) -> str:
        self._at = column.value
        place = self._columns.places.get(column)
        text = self._cells[place] if place is not None and place < len(self._cells) else ""
        if column not in (Column.BIRTHDATE, Column.DAY, Column.TIME) and may_be_my_number(text):
            raise _RowError(_MY_NUMBER, "INPUT-007")
        return text

    def _plain(self, column: Column) -> str:
        return unicodedata.normalize("NFKC", self._cell(column)).strip()

    def _warn(self, text: str) -> None:
        self.problems.append(Problem(self._line, Severity.WARNING, text, "BULK-009", self._at))

    def _insurer_number(self) -> str:
        number = self._plain(Column.INSURER_NUMBER).replace(" ", "")
        if not number:
            raise _RowError("保険者番号がありません。")
        if not (number.isascii() and number.isdigit()):
            raise _RowError("保険者番号が数字ではありません。")
        if len(number) in (5, 7) and has_valid_check_digit(f"0{number}"):
            number = f"0{number}"
            self._warn("保険者番号の先頭の0が落ちているとみなしました。")
        if len(number) not in (6, 8):
            raise _RowError("保険者番号は8桁、国保は6桁の数字です。")
        for warning in insurer_number_warnings(number, self._laws):
            self._warn(said("保険者番号: {warning}", warning=warning))
        return number

    def _symbol_and_number(self) -> tuple[str, str]:
        symbol = self._cell(Column.SYMBOL)
        number = self._plain(Column.NUMBER)
        if not number and (both := self._cell(Column.SYMBOL_AND_NUMBER)):
            symbol, number = self._divided(both)
        self._at = Column.NUMBER.value
        if not number:
            raise _RowError("番号がありません。")
        if max(len(symbol), len(number)) > LONGEST_TEXT:
            raise _RowError(said("記号と番号は{longest_text}文字までです。", longest_text=LONGEST_TEXT))
        return symbol, number

    def _divided(self, both: str) -> tuple[str, str]:
        """The last part is the 番号; what has one part has no 記号, as with 後期高齢者."""
        parts = [part for part in _DIVIDERS.split(both) if part]
        if not parts:
            return "", ""
        if len(parts) > 2:
            self._warn("記号と番号の分かれ目が二つ以上あります。最後を番号とみなしました。")
        at = both.rindex(parts[-1])
        return _DIVIDERS.sub("・", both[:at]).strip("・"), unicodedata.normalize("NFKC", parts[-1])

    def _branch(self) -> str:
        branch = self._plain(Column.BRANCH)
        if branch and not (branch.isascii() and branch.isdigit() and len(branch) <= 2):
            raise _RowError("枝番は2桁の数字です（例: 01）。")
        return branch.zfill(2) if branch else ""

    def _birthdate(self) -> str:
        text = self._plain(Column.BIRTHDATE)
        if not text:
            if Column.BIRTHDATE in self._needed:
                raise _RowError("生年月日がありません。")
            return ""
        try:
            day = parse_date(text)
        except ValueError as error:
            raise _RowError(said("生年月日: {error}。", error=error.args[0])) from error
        if day > self._today:
            raise _RowError("生年月日が今日より後です。")
        if self._today.year - day.year > OLDEST:
            raise _RowError("生年月日が古すぎます。年号を確かめてください。")
        return f"{day:%Y%m%d}"

    def _patient(self) -> str:
        patient = self._cell(Column.PATIENT)
        if not patient and Column.PATIENT in self._needed:
            raise _RowError("患者番号がありません。")
        if len(patient) > LONGEST_PATIENT:
            raise _RowError(
                said("患者番号は{longest_patient}文字までです。", longest_patient=LONGEST_PATIENT)
            )
        return patient

    def _day(self) -> str:
        if text := self._plain(Column.DAY):
            try:
                return f"{parse_date(text):%Y%m%d}"
            except ValueError:
                self._warn("予約日を読めません。一覧の日とみなします。")
                return ""
        # 「2026/11/23(月) 9:30」
        text = _WEEKDAY.sub("", self._plain(Column.TIME))
        match = _TIME.search(text)
        try:
            return f"{parse_date(text[: match.start()].strip(' T')):%Y%m%d}" if match else ""
        except ValueError:
            return ""

    def _time(self) -> str:
        text = self._plain(Column.TIME)
        if not text:
            return ""
        match = _TIME.search(text) or _PACKED_TIME.fullmatch(text)
        if match is not None:
            hour = int(match["h"]) + 12 * (match.groupdict().get("noon") == "午後" and int(match["h"]) < 12)
            minute = int(match["m"] or 0)
            if hour < 24 and minute < 60:
                return f"{hour:02d}:{minute:02d}"
        self._warn("予約時刻を読めません。時刻なしで照会します。")
        return ""

    def _ratio(self) -> str:
        text = self._plain(Column.RATIO)
        if not text:
            return ""
        if match := re.fullmatch(r"([0-9])割?", text) or re.fullmatch(r"0?([0-9])0%?", text):
            return f"0{match[1]}0"
        self._warn("負担割合を読めません。比べずに照会します。")
        return ""

    def _valid_until(self) -> str:
        text = self._plain(Column.VALID_UNTIL)
        if not text:
            return ""
        try:
            return f"{parse_date(text):%Y%m%d}"
        except ValueError:
            self._warn("有効期限を読めません。比べずに照会します。")
            return ""
