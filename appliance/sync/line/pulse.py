"""The pulse of the line: every request's beginning and end, made into the line's state in the ledger. Thread-safe."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.trouble import Trouble
from appliance.ledger import line
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.line import Phase
from appliance.ledger.line_log import HEALTH, Asked
from appliance.ledger.times import Clock
from appliance.settings import Settings
from appliance.sync.line.hysteresis import Answered, Event, Failed, Line, Overdue, Terms, after
from appliance.sync.line.timing import layer_of


def terms_of(settings: Settings) -> Terms:
    """The limits of the states as this box is set."""
    return Terms(settings.line_slow, settings.line_failures, settings.line_answers, settings.line_calm)


@dataclass(frozen=True, eq=False)
class Watch:
    """One request that is under way."""

    check_id: str | None
    family: str
    begun: datetime
    started: float


class Pulse:
    """Feels the pulse of one line. `ticks` gives seconds of a clock that nobody sets."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        terms: Terms | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._terms = terms or Terms()
        self._ticks = ticks
        self._lock = threading.Lock()
        self._line = Line()
        self._under_way: set[Watch] = set()

    @property
    def phase(self) -> Phase:
        """What we make of the line, whatever a person has told us to do."""
        return self._line.phase

    @property
    def look_within(self) -> float | None:
        """How many seconds a link that answers may be silent while it has to prove itself; None: as long as ever."""
        return None if self._line.phase in (Phase.NORMAL, Phase.UNKNOWN) else self._terms.calm / 2

    def begin(self, check: Check | None) -> Watch:
        """A request goes out: about `check`, or only to see whether the center is there. `end` it."""
        family = check.family.value if check else HEALTH
        watch = Watch(check.id if check else None, family, self._clock(), self._ticks())
        with self._lock:
            self._under_way.add(watch)
        return watch

    def end(self, watch: Watch, trouble: Trouble | None = None) -> Asked:
        """It is over, because of `trouble` or with an answer: the row for the log."""
        with self._lock:
            self._under_way.discard(watch)
        return Asked(
            check_id=watch.check_id,
            family=watch.family,
            begun=watch.begun,
            ended=self._clock(),
            seconds=round(self._ticks() - watch.started, 3),
            code=trouble.code if trouble else None,
            layer=layer_of(trouble).value if trouble else None,
        )

    def answered(self, seconds: float) -> None:
        """The center answered after `seconds`."""
        self._feel(Answered(seconds))

    def failed(self, code: str) -> None:
        """The center did not answer."""
        self._feel(Failed(code))

    def look(self) -> None:
        """See whether a question has been out for too long."""
        now = self._ticks()
        with self._lock:
            is_late = any(now - watch.started >= self._terms.slow for watch in self._under_way)
        if is_late and self._line.phase in (Phase.NORMAL, Phase.UNKNOWN):
            self._feel(Overdue())

    def forget(self, phase: Phase = Phase.UNKNOWN) -> None:
        """Start anew, knowing nothing, or from `phase`."""
        with self._lock:
            self._line = Line(phase, changed=self._ticks(), uneasy=self._ticks())
            line.note(self._ledger, phase, None, self._clock())

    def _feel(self, event: Event) -> None:
        with self._lock:
            before = self._line
            found = after(before, event, self._ticks(), self._terms)
            if (before.phase, before.code) != (found.phase, found.code):
                # Under the lock, so that the ledger hears the states in their order. What it could not hear never was.
                line.note(self._ledger, found.phase, found.code, self._clock())
            self._line = found
