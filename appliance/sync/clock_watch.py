"""Watches for a clock that is set while the box runs.

Back-offs, leases and offers are moments in the ledger. A clock set back by a year would make each of them last a year, one
set forward would give up bulk jobs that the center is still at.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ledger import clock_steps, moments
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.sync.lane import Lane
from appliance.sync.line.timing import RESEND

LEAST = timedelta(seconds=5)
"""A smaller step changes no wait by much; a clock that is slewed never makes one."""

_AGREE = timedelta(seconds=1)
_LOOK_SECONDS = 0.5

_log = logging.getLogger(__name__)


class ClockWatch(Lane):
    """There is one in a box. `ticks` gives seconds of a clock that nobody sets."""

    def __init__(self, ledger: Ledger, clock: Clock, ticks: Callable[[], float] = time.monotonic) -> None:
        super().__init__("clock-watch", _LOOK_SECONDS)
        self._ledger = ledger
        self._clock = clock
        self._ticks = ticks
        self._origin = self._origin_now()

    def start(self) -> None:
        """Put right what a clock set before our time has left; begin. Before the other lanes."""
        moments.bring_near(self._ledger, self._clock() + RESEND)
        super().start()

    def look(self) -> timedelta | None:
        """By how much the clock was set since the last look, once the ledger has been told; None when it was not.

        A step that could not be written down is found again by the next look. Raises `sqlite3.Error`.
        """
        origin = self._origin_now()
        if abs(self._origin_now() - origin) > _AGREE:
            return None  # we were held up between one clock and the other
        step = origin - self._origin
        if abs(step) >= LEAST:
            now = self._clock()
            with self._ledger.together():
                moments.remake(self._ledger, step, now, now + RESEND)
                clock_steps.note(self._ledger, step, now)
            _log.warning(
                "the clock was set by %.0f s: nothing waits for a moment of the old one", step.total_seconds()
            )
        self._origin = origin
        return step if abs(step) >= LEAST else None

    def _origin_now(self) -> datetime:
        return self._clock() - timedelta(seconds=self._ticks())

    def _turn(self) -> None:
        self.look()
