"""Which medical information of a patient may be seen, and until when: what the patient agreed to, for 24 hours, and no more.

Two things have to agree: what the center's answer says of the consents, and what the patient pressed here. A consent without a
time opens nothing, because nobody knows when it ends; of two ends the earlier one counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from appliance.eligibility.message import Qualification
from appliance.eligibility.visit import CONSENT_HOURS, Consents, available_until
from appliance.eligibility.wording import moment_of


class Item(StrEnum):
    """What a patient agrees to, one by one."""

    DRUGS = "drugs"
    TREATMENTS = "treatments"
    OPERATIONS = "operations"
    CHECKUPS = "checkups"


ITEM_LABELS = {
    Item.DRUGS: "お薬",
    Item.TREATMENTS: "診療",
    Item.OPERATIONS: "手術",
    Item.CHECKUPS: "健診",
}

CONSENT_OF = {
    Item.DRUGS: "pharmacists_info",
    Item.TREATMENTS: "diagnosis_info",
    Item.OPERATIONS: "operation_info",
    Item.CHECKUPS: "specific_health_checkups_info",
}
"""The consent's name in the messages and in `Consents`."""

_GIVEN = "1"
_JAPAN = timezone(timedelta(hours=9))
_AHEAD = timedelta(minutes=5)
"""A consent that far in the future was given before the clock was set back: nobody knows how old it is."""


@dataclass(frozen=True)
class Window:
    """When something was agreed to, and until when it may be seen (that moment not among them)."""

    given_at: datetime
    until: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether it may be seen at `now`."""
        return self.given_at - _AHEAD <= now < self.until


@dataclass(frozen=True)
class Access:
    """What may be seen of one patient. `whose` has the numbers to ask by."""

    windows: Mapping[Item, Window]
    whose: Qualification | None = field(default=None, repr=False)

    def open_at(self, now: datetime) -> tuple[Item, ...]:
        """What may be seen at `now`, in the order of the pages."""
        return tuple(item for item in Item if item in self.windows and self.windows[item].is_open(now))

    def until(self, items: Iterable[Item], now: datetime) -> datetime:
        """When the first of those of `items` ends that may be seen at `now`; `now` itself when none may."""
        open_now = set(self.open_at(now))
        return min((self.windows[item].until for item in items if item in open_now), default=now)


NO_ACCESS = Access({})


def access_of(results: Iterable[Qualification], consents: Consents) -> Access:
    """What an answer of the center opens. `consents` is what the patient pressed here."""
    found = tuple(results)
    windows: dict[Item, Window] = {}
    for item, name in CONSENT_OF.items():
        window = next((one for one in (_window(result, name) for result in found) if one), None)
        if window is not None and getattr(consents, name):
            windows[item] = window
    return Access(windows, next((one for one in found if _can_be_asked_by(one)), None))


def _window(result: Qualification, name: str) -> Window | None:
    if getattr(result, f"{name}_cons_flg") != _GIVEN:
        return None
    given = _moment(getattr(result, f"{name}_cons_time"))
    until = _moment(getattr(result, f"{name}_available_time"))
    if given is not None:
        ends = available_until(given)
        return Window(given, ends if until is None else min(ends, until))
    return None if until is None else Window(until - timedelta(hours=CONSENT_HOURS), until)


def _moment(text: str | None) -> datetime | None:
    moment = moment_of(text)
    return None if moment is None else moment.replace(tzinfo=_JAPAN)


def _can_be_asked_by(result: Qualification) -> bool:
    return bool(
        (result.insurer_number or "").strip() and (result.insured_identification_number or "").strip()
    )
