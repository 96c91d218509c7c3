"""Removes what was kept long enough, once an hour, and sees to it that its bytes are gone from the ledger's file."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ledger.database import Ledger
from appliance.ledger.retention import applying, clock, proofs, rewriting
from appliance.ledger.times import Clock
from appliance.settings import Settings
from appliance.sync.lane import Lane

EVERY = timedelta(hours=1)
_JUMP = timedelta(minutes=10)
_BREATH = 0.05
"""Seconds between two steps, for others who want to write."""

_log = logging.getLogger(__name__)


class RetentionLane(Lane):
    """There is one in a box. `also` removes more, given the moment: what has terms of its own.

    A clock that is set years ahead must not remove anything: it counts only when it went on since the look before as
    the machine's own time did, and when the ledger's own memory of it agrees (`retention.clock`). So the first look after a
    start, or after a jump, removes nothing.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        clock: Clock,
        also: Callable[[datetime], object] | None = None,
    ) -> None:
        super().__init__("retention", EVERY.total_seconds())
        self._days = applying.days_of(settings)
        self._ledger = ledger
        self._clock = clock
        self._also = also
        self._last: tuple[datetime, float] | None = None

    def _turn(self) -> None:
        self.look(self._clock(), time.monotonic())

    def look(self, now: datetime, seconds: float) -> int:
        """Remove what is over at `now`; `seconds` is the machine's own time. How many records are gone."""
        before, self._last = self._last, (now, seconds)
        is_believed = clock.is_believed(self._ledger, now)
        if before is None or abs(now - before[0] - timedelta(seconds=seconds - before[1])) > _JUMP:
            return 0
        if not is_believed:
            _log.warning("the clock has leapt: nothing is removed for some days")
            return 0
        gone = applying.apply(self._ledger, self._days, now, lambda: self._stopping.wait(_BREATH))
        for rule, count in gone.items():
            _log.info("removed %s of %s that were kept long enough", count, rule)
        try:
            if self._also:
                self._also(now)
        finally:
            # Whatever hinders the others, what was removed must not stay in the file.
            if not self._stopping.is_set():
                self._clean(now)
        return sum(gone.values())

    def _clean(self, now: datetime) -> None:
        file = proofs.cleaned(self._ledger)
        if not file.is_emptied or (not file.is_rewritten and rewriting.is_good_moment(self._ledger, now)):
            rewriting.clean(self._ledger, now)
