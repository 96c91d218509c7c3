"""Taking the values of a message into a resource: each to its place in FHIR, and what has none to an extension.

Whatever FHIR's types cannot hold as it is stays as the center wrote it, in an extension named after the element: nothing is
lost because it is malformed, unknown, padded or blank.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from appliance.eligibility.codes import UNKNOWN_CODE_LABEL, label
from appliance.eligibility.fhir import systems
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block
from appliance.eligibility.message_json import strange_parts
from appliance.eligibility.wording import day_of, moment_of

Json = dict[str, Any]

_JAPAN = timezone(timedelta(hours=9))
_CODE = re.compile(r"\S+( \S+)*")
_AMOUNT = re.compile("[0-9]{1,9}")
_PERCENT = re.compile("[0-9]{3}")


class Taken:
    """Some text fields of a block. Each is taken at most once, by its place in FHIR; `rest` is what nobody took."""

    def __init__(self, block: Block, names: Iterable[str] | None = None) -> None:
        wanted = None if names is None else set(names)
        self._slots = {
            slot.name: slot
            for slot in layout(type(block))
            if slot.kind is Kind.TEXT and (wanted is None or slot.name in wanted)
        }
        self._open = {name: value for name in self._slots if (value := getattr(block, name)) is not None}

    def text(self, name: str) -> str | None:
        """A value that is not blank, as it is."""
        value = self._open.get(name)
        return self._give(name, value) if value is not None and value.strip() else None

    def day(self, name: str) -> str | None:
        """A day of the calendar, in FHIR's spelling."""
        day = day_of(self._open.get(name))
        return self._give(name, day.isoformat()) if day else None

    def moment(self, name: str) -> str | None:
        """A moment in Japan, in FHIR's spelling."""
        moment = moment_of(self._open.get(name))
        return self._give(name, spelt_moment(moment.replace(tzinfo=_JAPAN))) if moment else None

    def code(self, name: str) -> str | None:
        """A value that FHIR takes for a code."""
        value = self._open.get(name)
        return self._give(name, value) if value is not None and _CODE.fullmatch(value) else None

    def one_of(self, name: str, words: dict[str, str]) -> str | None:
        """What FHIR calls a code, for the codes in `words`."""
        word = words.get(self._open.get(name, ""))
        return self._give(name, word) if word else None

    def percent(self, name: str) -> int | None:
        """`030`: 30."""
        value = self._open.get(name)
        if value is None or not _PERCENT.fullmatch(value):
            return None
        self._give(name, value)
        return int(value)

    def money(self, name: str) -> Json | None:
        """Yen. An amount with leading zeros stays in the rest as well."""
        value = self._open.get(name)
        if value is None or not _AMOUNT.fullmatch(value):
            return None
        if str(int(value)) == value:
            self._give(name, value)
        return {"value": int(value), "currency": "JPY"}

    def period(self, start: str, end: str) -> Json | None:
        """From one day to another; one of them may be missing. Days in the wrong order make no period."""
        first, last = day_of(self._open.get(start)), day_of(self._open.get(end))
        if first and last and last < first:
            return None
        return filled(start=self.day(start), end=self.day(end)) or None

    def rest(self) -> list[Json]:
        """Extensions for what was not taken, in the order of the elements."""
        return [_extension(self._slots[name], value) for name, value in self._open.items()]

    def _give(self, name: str, value: str) -> str:
        del self._open[name]
        return value


def filled(**members: Any) -> Json:
    """An object of the members that have a value. A trailing underscore of a name is dropped."""
    return {name.rstrip("_"): value for name, value in members.items() if value not in (None, [], {})}


def strange(block: Block) -> list[Json]:
    """Extensions for what of `block` belongs to no field."""
    return [our_extension(systems.UNKNOWN, valueString=part) for part in strange_parts(block) if part.strip()]


def our_extension(name: str, **value: Any) -> Json:
    """An extension of ours."""
    return {"url": f"{systems.OUR_EXTENSION}/{name}", **value}


def concept(system: str, code: str, display: str | None = None) -> Json:
    """A CodeableConcept with one coding."""
    return {"coding": [filled(system=system, code=code, display=display)]}


def absent() -> Json:
    """What stands beside a value that FHIR wants and nobody knows."""
    return {"extension": [{"url": systems.DATA_ABSENT, "valueCode": "unknown"}]}


def spelt_moment(moment: datetime) -> str:
    """A moment in FHIR's spelling, in Japan's time. Raises `ValueError` without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(_JAPAN).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def coding(table: str, code: str) -> Json:
    """A code of the interface's own tables with its Japanese label, if it has one."""
    words = label(table, code)
    return filled(
        system=systems.code_table(table), code=code, display=None if words == UNKNOWN_CODE_LABEL else words
    )


def _extension(slot: Slot, value: str) -> Json:
    if not value.strip():
        return our_extension(systems.BLANK, valueString=f'{slot.element}="{value}"')
    return our_extension(slot.element, **dict(_value(slot, value)))


def _value(slot: Slot, value: str) -> Iterator[tuple[str, Any]]:
    day, moment = day_of(value), moment_of(value)
    if slot.code_table is not None and _CODE.fullmatch(value):
        yield "valueCoding", coding(slot.code_table, value)
    elif day and (slot.name == "birthdate" or slot.name.endswith("_date")):
        yield "valueDate", day.isoformat()
    elif moment and slot.name.endswith("_time"):
        yield "valueDateTime", spelt_moment(moment.replace(tzinfo=_JAPAN))
    else:
        yield "valueString", value
