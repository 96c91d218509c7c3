"""Whom of today's appointments a check is about: then the two are one row."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.expecting import (
    Awaited,
    Numbers,
    answered_numbers,
    asked_numbers,
    listed_numbers,
)
from appliance.eligibility.message import ResultMessage
from appliance.ledger import expected, last_answers
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.expected import DayList, Expected
from appliance.ledger.times import clinic_day
from appliance.web.reception.last_known import is_unanswered
from appliance.web.reception.message_of import result_of, search_of


class Today:
    """The appointments of one day as they stood when this was made; `own_code` is whose a list is that names nobody."""

    def __init__(self, ledger: Ledger, own_code: str, day: date, lists: tuple[DayList, ...]) -> None:
        self._ledger = ledger
        self._own_code = own_code
        self.day = day
        self.lists = lists
        self.people = expected.of_day(ledger, day, lists)
        self._by_id = {one.id: one for one in self.people}

    def of(self, check: Check) -> Expected | None:
        """Who of today's list came with `check`; None for everybody else, and as long as nobody can tell."""
        if not self.people or clinic_day(check.received_at) != self.day:
            return None
        found = self._awaited.who(self._numbers(check), _references(check))
        return self._by_id[found] if found else None

    @cached_property
    def _awaited(self) -> Awaited:
        awaited = Awaited()
        for one in self.people:
            found = one.outcome.reference_number if one.outcome else ""
            code = one.institution_code or self._own_code
            names = {_reference(code, text) for text in (one.asked.patient, found) if text}
            awaited.add(one.id, listed_numbers(one.asked, one.outcome), sorted(names))
        return awaited

    def _numbers(self, check: Check) -> Iterator[Numbers]:
        search, result = search_of(check), result_of(check)
        if search is not None:
            yield asked_numbers(search)
        if result is None and is_unanswered(check):
            last = last_answers.of_check(self._ledger, check)
            result = last.message if last else None
        yield from _answered(result)


class TodayLook:
    """Looks at today's lists again and again; their people are read anew only when a list has changed."""

    def __init__(self, ledger: Ledger, own_code: str) -> None:
        self._ledger = ledger
        self._own_code = own_code
        self._found: Today | None = None

    def at(self, now: datetime) -> Today:
        """The appointments of the day of `now`."""
        day = clinic_day(now)
        lists = expected.lists_of(self._ledger, day)
        if self._found is None or (self._found.day, self._found.lists) != (day, lists):
            self._found = Today(self._ledger, self._own_code, day, lists)
        return self._found


def _answered(result: ResultMessage | None) -> Iterator[Numbers]:
    # Several are several people, of whom nobody knows yet which one came.
    if result is not None and result.message_body.qualification_validity != QualificationValidity.SEVERAL:
        yield from map(answered_numbers, result.message_body.result_list)


def _references(check: Check) -> Iterator[str]:
    result = result_of(check)
    for one in result.message_body.result_list if result else ():
        if one.reference_number:
            yield _reference(check.institution_code, one.reference_number)


def _reference(institution_code: str, number: str) -> str:
    """The same number under another code of the house is another patient's."""
    return f"{institution_code} {number}"
