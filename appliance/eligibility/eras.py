"""Japanese eras: reading and writing 和暦 dates, with the exact first and last day of each era."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from appliance.eligibility.said import said


@dataclass(frozen=True)
class Era:
    """One era: its code on claims, its letter, its name, its first and last day (None while it lasts)."""

    code: str
    letter: str
    name: str
    first: date
    last: date | None


ERAS = (
    # 明治 starts with the Gregorian calendar: earlier days would need a calendar conversion nobody living needs.
    Era("1", "M", "明治", date(1873, 1, 1), date(1912, 7, 29)),
    Era("2", "T", "大正", date(1912, 7, 30), date(1926, 12, 24)),
    Era("3", "S", "昭和", date(1926, 12, 25), date(1989, 1, 7)),
    Era("4", "H", "平成", date(1989, 1, 8), date(2019, 4, 30)),
    Era("5", "R", "令和", date(2019, 5, 1), None),
)

_FIRST_YEAR = {"1": 1868, "2": 1912, "3": 1926, "4": 1989, "5": 2019}
# Without separators only the full width is a date: S1111 could be several days. With them an era's code is no era:
# 54.3.5 would be 令和4年3月5日.
_MONTH_AND_DAY = r"(?:[年./-]\s*|\s+)(?P<m>\d{1,2})(?:[月./-]\s*|\s+)(?P<d>\d{1,2})日?"
_TYPED = re.compile(r"(?P<era>[MTSHR]|明治|大正|昭和|平成|令和)\s*(?P<y>\d{1,2}|元)" + _MONTH_AND_DAY)
_PACKED = re.compile(r"(?P<era>[MTSHR1-5])(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_WESTERN = re.compile(r"(?P<y>\d{4})" + _MONTH_AND_DAY)
_PACKED_WESTERN = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")


def to_date(era: Era, year: int, month: int, day: int) -> date:
    """The day `year`-`month`-`day` of `era`. Raises `ValueError` when that day is not in the era."""
    found = date(_FIRST_YEAR[era.code] + year - 1, month, day)
    if year < 1 or found < era.first or (era.last is not None and found > era.last):
        raise ValueError(said("{name}にない日付です", name=era.name))
    return found


def parse_date(text: str) -> date:
    """A day as people type it: `S54.3.5`, `昭和54年3月5日`, `3540305`, `19790305`, `1979-03-05`, 元年, full-width too.

    Raises `ValueError` with a Japanese sentence when it is no day or lies outside the era named.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    try:
        if match := _PACKED_WESTERN.fullmatch(plain) or _WESTERN.fullmatch(plain):
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        if match := _PACKED.fullmatch(plain) or _TYPED.fullmatch(plain):
            year = 1 if match["y"] == "元" else int(match["y"])
            return to_date(_era_named(match["era"]), year, int(match["m"]), int(match["d"]))
    except ValueError as error:
        message = str(error)
        raise ValueError(message if "日付" in message else "暦にない日付です") from error
    raise ValueError("日付の書き方がわかりません（例: 昭和54年3月5日、S54.3.5、19790305）")


def _era_named(name: str) -> Era:
    return next(era for era in ERAS if name in (era.code, era.letter, era.name))


def era_of(day: date) -> Era:
    """The era `day` lies in. Raises `ValueError` before 1873."""
    for era in reversed(ERAS):
        if day >= era.first:
            return era
    raise ValueError("明治6年より前の日付です")


def first_year(era: Era) -> int:
    """The western year of the era's 元年."""
    return _FIRST_YEAR[era.code]


def wareki(day: date) -> str:
    """`day` as 和暦, e.g. 「昭和54年3月5日」, 「令和元年5月1日」."""
    era, number = _year_of(day)
    return said(
        "{era}{year}年{month}月{day}日",
        era=era.name,
        year=number if number > 1 else "元",
        month=day.month,
        day=day.day,
        letter=era.letter,
        number=number,
    )


def wareki_month(day: date) -> str:
    """The month of `day` as 和暦, e.g. 「令和8年11月」."""
    era, number = _year_of(day)
    return said(
        "{era}{year}年{month}月",
        era=era.name,
        year=number if number > 1 else "元",
        month=day.month,
        letter=era.letter,
        number=number,
    )


def _year_of(day: date) -> tuple[Era, int]:
    era = era_of(day)
    return era, day.year - _FIRST_YEAR[era.code] + 1


def spellings(day: date) -> tuple[str, ...]:
    """How people may type `day`, for a search: in small letters, `-` for every divider, no zeros before a figure.

    e.g. 1979-3-5, 19790305, s54-3-5, 昭和54-3-5, s540305, 3540305.
    """
    found = [f"{day.year}-{day.month}-{day.day}", f"{day:%Y%m%d}"]
    if day < ERAS[0].first:
        return tuple(found)
    era = era_of(day)
    year = day.year - _FIRST_YEAR[era.code] + 1
    letter = era.letter.lower()
    found += [f"{name}{year}-{day.month}-{day.day}" for name in (letter, era.name)]
    found += [f"{name}{year:02d}{day:%m%d}" for name in (letter, era.code)]
    if year == 1:
        found.append(f"{era.name}元-{day.month}-{day.day}")
    return tuple(found)
