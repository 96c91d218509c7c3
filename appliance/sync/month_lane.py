"""The lane of the month's end: asks once a day about visits whose insurance is not known, until the claim date.

It asks nobody itself: each question is a check in the slowest lane. What it has done stands in the ledger under a mark of
the day, so a restart or a clock that jumps asks nothing twice on a day.
"""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta

from appliance.eligibility import message_xml
from appliance.eligibility.asking_again import asked_again
from appliance.eligibility.night_window import NightWindow
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.deadlines import Deadline, claim_deadline
from appliance.ledger import assumptions, month_end
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.month_end import Case
from appliance.ledger.times import JAPAN, Clock, clinic_day
from appliance.settings import Settings
from appliance.sync.lane import Lane

_MIDNIGHT = "00:00"
_LOOK = 60.0
"""Seconds between two looks at the clock: nothing here is in a hurry."""


class MonthLane(Lane):
    """There is one in a box. `book` gives the dated rules as they are now."""

    def __init__(
        self, settings: Settings, ledger: Ledger, clock: Clock, book: Callable[[], Rulebook]
    ) -> None:
        super().__init__("month-lane", _LOOK)
        self._ledger = ledger
        self._clock = clock
        self._book = book
        self._open = NightWindow.of(settings.follow_up_from, _MIDNIGHT)
        self._day_done: date | None = None

    def _turn(self) -> None:
        self.turn(self._clock())

    def turn(self, now: datetime) -> int:
        """Do what is due today, once the clinic's day has begun; how many visits are asked about."""
        today = clinic_day(now)
        if today == self._day_done or not self._open.holds(now.astimezone(JAPAN)):
            return 0
        asked = sum(self._month(first, now) for first in _months(today))
        if not self._stopping.is_set():
            self._day_done = today
        return asked

    def _month(self, first: date, now: datetime) -> int:
        today = clinic_day(now)
        due = claim_deadline(self._book(), first)
        if due is None:
            return 0
        asked = 0
        for case in month_end.open_cases(self._ledger, first, today):
            if self._stopping.is_set():
                break
            asked += self._visit(case, due, now)
        return asked

    def _visit(self, case: Case, due: Deadline, now: datetime) -> bool:
        today = clinic_day(now)
        if today >= due.warn_from:
            month_end.remind(self._ledger, case, now)
        # On the day itself it has just been asked.
        if not case.can_ask or not case.day < today <= due.last:
            return False
        search = assumptions.search_of(case.check.request_xml)
        if search is None:
            return False
        code = case.check.institution_code
        message = asked_again(search, code, case.day, secrets.token_hex(8))
        new = NewCheck(
            origin=Origin.FOLLOW_UP,
            institution_code=code,
            request_xml=message_xml.write(message),
            source_mark=f"follow-up-{case.check.id}-{today.isoformat()}",
            document=case.check.document,
        )
        return month_end.ask_again(self._ledger, case.check.id, new, now) is not None


def _months(today: date) -> tuple[date, date]:
    """The first days of the last month and of this one."""
    this = today.replace(day=1)
    return (this - timedelta(days=1)).replace(day=1), this
