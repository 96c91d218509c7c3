"""What a read value must fulfil before it is accepted; whatever does not is refused with a reason, never mended."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from appliance.devices.paper.words import plain
from appliance.eligibility.eras import parse_date
from appliance.eligibility.numbers import has_valid_check_digit, looks_like_my_number
from appliance.eligibility.papers import Check, PaperField, PaperKind, ValueKind
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.structures import (
    NumberKind,
    insurer_number_warnings,
    is_unknown_insurer,
    number_warnings,
)

LEAST_CONFIDENCE = 0.75
LEAST_CONFIDENCE_UNCHECKED = 0.9
"""Where no check digit helps, the engine must be surer."""

LEAST_CONFIDENCE_DATE = 0.5
"""Three readings of a date agree, and the least sure character is mostly none of its digits."""

OLDEST = timedelta(days=130 * 366)
LONGEST_VALID = timedelta(days=15 * 366)

NAME_REASON = "氏名は字体を読み違えやすいため、自動では採りません。書類を見て入力してください。"
UNSURE = "はっきり読めません。"
DISAGREED = "2通りの読み取りが一致しません。"
MISSING = "見つかりません。"

# The last character is often taken for one like it. It must be there all the same: as a digit it would change the day.
_DATE = re.compile(r"(明治|大正|昭和|平成|令和)(元|\d{1,2})年(\d{1,2})月(\d{1,2})[日目曰口ロ田晶昌HB]")
_RATIO = re.compile(r"([123])割")


@dataclass(frozen=True)
class Judged:
    """A value that is accepted, or None with the reason."""

    value: str | None
    check: Check
    reason: str


def judge_number(text: str, field: PaperField, kind: PaperKind, today: date) -> Judged:
    """A number on which all readings agree."""
    if looks_like_my_number(text):
        return _failed("12桁の番号は読み取りません。")
    if len(text) not in field.lengths:
        return _failed("桁数が合いません。")
    if not field.kind.has_check_digit:
        return Judged(text, Check.NONE, "")
    if field.kind is ValueKind.PAYER and kind.laws and text[:2] not in kind.laws:
        return _failed(f"法別番号 {text[:2]} は{kind.label}のものではありません。")
    if not has_valid_check_digit(text):
        return _failed("検証番号が合いません。")
    if is_unknown_insurer(text):
        return _failed("書類にはない番号です（請求で不詳を表します）。")
    warnings = _warnings(text, field.kind, today)
    return _failed(warnings[0]) if warnings else Judged(text, Check.PASSED, "")


def judge_dates(texts: tuple[str, ...], field: PaperField, label: str, today: date) -> Judged:
    """A date behind the printed `label`, on which all readings agree, as 2026-11-22."""
    found = {tuple(_dates(text)) for text in texts}
    if len(found) != 1:
        return _failed(DISAGREED)
    (days,) = found
    if not days or None in days:
        return _failed("日付として読めません。")
    known = [day for day in days if day is not None]
    if field.kind is ValueKind.BIRTHDATE:
        return _birthdate(known, today)
    # With one date of two unread the other must not be taken for it.
    wanted = 2 if "期間" in label else 1
    if len(known) != wanted or any(map(_has_more_digits, texts)):
        return _failed("始めと終わりの日付がそろいません。" if wanted == 2 else "日付が1つではありません。")
    return _period(known, field.kind, today)


def judge_ratio(texts: tuple[str, ...]) -> Judged:
    """A share in 割 on which all readings agree."""
    found = {tuple(_RATIO.findall(plain(text))) for text in texts}
    if len(found) != 1:
        return _failed(DISAGREED)
    (ratios,) = found
    return (
        Judged(f"{ratios[0]}割", Check.PASSED, "") if len(ratios) == 1 else _failed("割合として読めません。")
    )


def _birthdate(days: list[date], today: date) -> Judged:
    if len(days) != 1:
        return _failed("日付が1つではありません。")
    if not today - OLDEST < days[0] <= today:
        return _failed("生年月日としてありえない日付です。")
    return Judged(days[0].isoformat(), Check.PASSED, "")


def _period(days: list[date], kind: ValueKind, today: date) -> Judged:
    if list(days) != sorted(days) or not all(abs(day - today) < LONGEST_VALID for day in days):
        return _failed("期間としてありえない日付です。")
    day = days[0] if kind is ValueKind.PERIOD_FIRST else days[-1]
    return Judged(day.isoformat(), Check.PASSED, "")


def _dates(text: str) -> list[date | None]:
    """Every date in `text`; None for one that is in no calendar."""
    return [_day(f"{match[0][:-1]}日") for match in _DATE.finditer(plain(text))]


def _has_more_digits(text: str) -> bool:
    return any(letter.isdigit() for letter in _DATE.sub("", plain(text)))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _warnings(text: str, kind: ValueKind, today: date) -> tuple[str, ...]:
    if kind is ValueKind.INSURER:
        return insurer_number_warnings(text, laws(packaged_book(), LawSide.INSURER, today))
    number = NumberKind.PUBLIC_PAYER if kind is ValueKind.PAYER else NumberKind.BENEFICIARY
    return number_warnings(number, text, laws(packaged_book(), LawSide.PUBLIC, today))


def _failed(reason: str) -> Judged:
    return Judged(None, Check.FAILED, reason)
