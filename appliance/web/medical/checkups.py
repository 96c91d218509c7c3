"""Checkups as a table of item and date, with reference values beside and a mark where a value lies outside of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appliance.eligibility.message_medical import Checkup, CheckupBody, CheckupItem
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.checkup_ranges import CheckupRangeRow, Mark, number, range_for
from appliance.eligibility.wording import day_of

MARK_WORDS = {Mark.HIGH: "基準より高い", Mark.LOW: "基準より低い", Mark.OTHER: "基準と違う"}
MARK_SIGNS = {Mark.HIGH: "▲", Mark.LOW: "▼", Mark.OTHER: "●"}


@dataclass(frozen=True)
class Value:
    """One value of one examination; `said` is empty where it was not measured."""

    said: str = ""
    mark: Mark | None = None

    @property
    def sign(self) -> str:
        """A sign that needs no colour."""
        return MARK_SIGNS[self.mark] if self.mark else ""

    @property
    def word(self) -> str:
        """What the sign means."""
        return MARK_WORDS[self.mark] if self.mark else ""


@dataclass(frozen=True)
class Row:
    """One item: its reference as words, a value for each examination, newest first, and the numbers for a plot."""

    name: str
    unit: str
    reference: str
    values: tuple[Value, ...]
    points: tuple[tuple[date, Decimal], ...] = ()
    limits: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class CheckupTable:
    """Items in rows, examinations in columns, newest first."""

    days: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def has_marks(self) -> bool:
        """Whether any value lies outside of its reference."""
        return any(value.mark for row in self.rows for value in row.values)


def table_of(body: CheckupBody, book: Rulebook, today: date, sex: str) -> CheckupTable:
    """The examinations side by side; an item stands where the newest examination has it."""
    found = sorted(body.specific_health_checkup_info, key=lambda one: one.effective_time or "", reverse=True)
    items: dict[str, dict[int, CheckupItem]] = {}
    for place, one in enumerate(found):
        for item in one.health_checkup_result_and_question_infos:
            items.setdefault(item.item_name or item.item_code or "", {})[place] = item
    return CheckupTable(
        days=tuple(_day(one) for one in found),
        rows=tuple(_row(name, at, found, book, today, sex) for name, at in items.items()),
    )


def _row(
    name: str, at: dict[int, CheckupItem], found: list[Checkup], book: Rulebook, today: date, sex: str
) -> Row:
    newest = at[min(at)]
    reference = range_for(book, today, newest.item_code or "", sex)
    dated = [(day_of(one.effective_time), at.get(place)) for place, one in enumerate(found)]
    points = [
        (day, known)
        for day, item in dated
        if day is not None and item is not None and not item.data_value_name
        for known in (number(item.data_value or ""),)
        if known is not None
    ]
    return Row(
        name=name,
        unit=newest.unit or "",
        reference=reference.said if reference else "",
        values=tuple(_value(at.get(place), reference) for place in range(len(found))),
        points=tuple(sorted(points)),
        limits=_limits(reference),
    )


def _limits(reference: CheckupRangeRow | None) -> tuple[Decimal, ...]:
    texts = (reference.at_least, reference.below) if reference else ()
    return tuple(known for known in map(number, texts) if known is not None)


def _value(item: CheckupItem | None, reference: CheckupRangeRow | None) -> Value:
    if item is None:
        return Value()
    said = item.data_value_name or item.data_value or ""
    mark = reference.judged(item.data_value or "", item.data_value_name or "") if reference and said else None
    return Value(said, mark)


def _day(one: Checkup) -> str:
    known = day_of(one.effective_time)
    return f"{known:%Y/%m/%d}" if known else one.effective_time or ""
