"""Removes what is kept for a time only, once an hour: closed outage notes, requests of consumers, and more."""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ledger import consumer_requests, outage_notes
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Settings

EVERY = timedelta(hours=1)
_JUMP = timedelta(minutes=10)

_log = logging.getLogger(__name__)


class Cleaning:
    """Runs in a thread of its own from `start` to `stop`. `also` removes more, given the moment.

    A clock that is set years ahead must not remove anything: it counts only when it went on since the look before as
    the machine's own time did. So the first look after a start, or after a jump, removes nothing.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        clock: Clock,
        also: Callable[[datetime], object] | None = None,
    ) -> None:
        self._kept = timedelta(days=settings.outage_note_days)
        self._requests_kept = timedelta(days=settings.consumer_request_days)
        self._ledger = ledger
        self._clock = clock
        self._also = also
        self._last: tuple[datetime, float] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cleaning", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the look under way and end."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look(self._clock(), time.monotonic())
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                _log.error("BOX-005 %s %s:%s", type(error).__name__, place.filename, place.lineno)
            self._stopping.wait(EVERY.total_seconds())

    def look(self, now: datetime, seconds: float) -> int:
        """Remove what is over at `now`; `seconds` is the machine's own time. How many notes are gone."""
        before, self._last = self._last, (now, seconds)
        if before is None or abs(now - before[0] - timedelta(seconds=seconds - before[1])) > _JUMP:
            return 0
        gone = outage_notes.prune(self._ledger, now - self._kept)
        if gone:
            _log.info("removed %s outage notes that were closed long ago", gone)
        self._forget_requests(now)
        if self._also:
            self._also(now)
        return gone

    def _forget_requests(self, now: datetime) -> None:
        # Bit by bit, or who waits for the ledger at reception waits for all of them.
        while not self._stopping.is_set():
            forgotten = consumer_requests.forget(self._ledger, now - self._requests_kept)
            if forgotten < consumer_requests.AT_ONCE:
                return
