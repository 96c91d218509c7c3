"""Values of messages in the words of reception: dates with both calendars, ratios in 割, amounts in 円.

Nothing is ever lost: what does not have the expected shape is shown as it came.
"""

from datetime import date, datetime

from appliance.eligibility.codes import UNKNOWN_CODE_LABEL, label
from appliance.eligibility.eras import wareki, wareki_month
from appliance.eligibility.layout import Slot
from appliance.eligibility.said import said

_AMOUNTS = ("specific_diseases_self_pay", "self_pay_amount")


def spoken(slot: Slot, value: str) -> str:
    """`value` of the text field `slot` as reception reads it."""
    if not value.strip():
        return "（空欄）"
    if slot.code_table is not None:
        return spoken_code(slot.code_table, value)
    if slot.name == "birthdate" or slot.name.endswith("_date"):
        return spoken_date(value)
    if slot.name.endswith("_time"):
        return spoken_time(value)
    if slot.name.endswith("_ratio"):
        return spoken_ratio(value)
    if slot.name == "medical_treatment_month":
        return spoken_month(value)
    return spoken_amount(value) if slot.name in _AMOUNTS else value


def spoken_code(table: str, value: str) -> str:
    """The label of a code; an unknown one with the code itself."""
    found = label(table, value)
    return said("{found}（{value}）", found=found, value=value) if found == UNKNOWN_CODE_LABEL else found


def spoken_date(value: str) -> str:
    """`19790305` as 「昭和54年3月5日（1979/3/5）」."""
    day = day_of(value)
    return spoken_day(day) if day is not None else value


def spoken_day(day: date) -> str:
    """A day in both calendars; before 1873 in ours alone."""
    western = f"{day.year}/{day.month}/{day.day}"
    try:
        return said("{day}（{western}）", day=wareki(day), western=western)
    except ValueError:
        return western


def spoken_time(value: str) -> str:
    """`20261122090510` as 「2026/11/22 9:05」."""
    moment = moment_of(value)
    if moment is None:
        return value
    return f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02d}"


def spoken_ratio(value: str) -> str:
    """`030` (percent) as 「3割」."""
    if not (value.isascii() and value.isdigit()):
        return value
    percent = int(value)
    return said("{tenths}割", tenths=percent // 10) if percent % 10 == 0 else f"{percent}%"


def spoken_month(value: str) -> str:
    """`202611` as 「令和8年11月（2026/11）」."""
    first = day_of(f"{value}01")
    if first is None:
        return value
    return said("{wareki}（{year}/{month}）", wareki=wareki_month(first), year=first.year, month=first.month)


def spoken_amount(value: str) -> str:
    """`0010000` as 「10,000円」."""
    return said("{yen:,}円", yen=int(value)) if value.isascii() and value.isdigit() else value


def day_of(value: str | None) -> date | None:
    """The day that `yyyyMMdd` means; None when it means none."""
    if value is None or len(value) != 8 or not (value.isascii() and value.isdigit()):
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None


def moment_of(value: str | None) -> datetime | None:
    """The moment (Japan, naive) that `yyyyMMddHHmmss` means; None when it means none."""
    if value is None or len(value) != 14 or not (value.isascii() and value.isdigit()):
        return None
    try:
        return datetime.strptime(value, "%Y%m%d%H%M%S")  # noqa: DTZ007 - the interface's times are Japan's and have no zone
    except ValueError:
        return None


def age_on(birth: date, day: date) -> int:
    """Full years at `day`, as people say them: one more on the birthday."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
