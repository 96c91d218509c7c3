"""Leads every failing reader up its ladder, and shows and logs each rung. Threads of all desks and the dispatcher use it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance import wanted
from appliance.devices import ladder as rules
from appliance.devices.ladder import Ladder, Pauses, Sign
from appliance.eligibility.reader_recovery import Rung
from appliance.ledger import readers
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box

_log = logging.getLogger(__name__)

_SERVICE = ""
_MOST_AN_HOUR = 3
_ORDER = tuple(Rung)
_COUNTED = {"CARD-001": Sign.MUTE, "READER-003": Sign.MUTE, "CARD-003": Sign.BROKEN}


@dataclass
class _Case:
    """One reader, or the service. `lasting` is what has not ended yet, `held_since` when a restart was put off."""

    ladder: Ladder = field(default_factory=Ladder)
    why: Sign | None = None
    lasting: Sign | None = None
    held_since: float | None = None
    present: bool = False
    departures: list[float] = field(default_factory=list)
    cycled: list[float] = field(default_factory=list)


class Recovery:
    """What fails, and what is done about it. `renew` makes the watcher start over with a new context."""

    def __init__(
        self,
        box: Box,
        ledger: Ledger,
        clock: Clock,
        renew: Callable[[], object],
        pauses: Pauses | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sysfs: Path = wanted.SYSFS,
    ) -> None:
        self.pauses = pauses or Pauses()
        self._folder = wanted.folder_of(box.run_dir)
        self._ledger = ledger
        self._clock = clock
        self._renew = renew
        self._now = monotonic
        self._lock = threading.RLock()
        self._cases: dict[str, _Case] = {}
        self._restarts: list[float] = []
        self._sysfs = sysfs
        self._is_down = self._hangs = False
        wanted.take(self._folder)  # what nobody did for an earlier process is no news any more
        for reader in readers.all_readers(ledger):
            readers.show_recovery(ledger, reader.key, Rung.NONE, clock())

    def failed(self, key: str, code: str, *, lies: bool = False) -> Rung:
        """The reader failed with a card, which still `lies` there. The rung climbed to just now; the caller does the first two."""
        sign = Sign.MUTE if lies and code in _COUNTED else _COUNTED.get(code)
        if sign is None:
            if code.startswith("CARD-"):  # the card has answered, only not as the patient hoped
                self.worked(key)
            return Rung.NONE
        with self._lock:
            case = self._case(key)
            case.why = case.why or sign
            now = self._now()
            return self._move(key, rules.failed(case.ladder, sign, now, self.pauses, self._barred(key, now)))

    def worked(self, key: str) -> None:
        """The reader has read a card."""
        with self._lock:
            case = self._case(key)
            if case.lasting is None:
                self._end(key)

    def gone(self, key: str) -> None:
        """The reader is not there though the service is."""
        with self._lock:
            case, now = self._case(key), self._now()
            case.present = False
            case.departures = [*_within(case.departures, now, self.pauses.flapping), now]
            flaps = len(case.departures) >= self.pauses.flaps
            self._last(key, Sign.FLAPPING if flaps else Sign.GONE)

    def back(self, key: str) -> None:
        """The reader is there."""
        with self._lock:
            case = self._case(key)
            case.present = True
            if case.lasting is Sign.GONE:
                case.lasting = None
                if case.why is Sign.GONE:
                    self._end(key)

    def forget(self, key: str) -> None:
        """The reader was taken out of service: nothing is tried for it any more."""
        with self._lock:
            self._cases.pop(key, None)
            readers.show_recovery(self._ledger, key, Rung.NONE, self._clock())

    def service_down(self) -> None:
        """The service does not answer; that the readers went with it is not their fault."""
        with self._lock:
            self._is_down = True
            for case in self._cases.values():
                case.lasting = None
                case.departures.clear()
            self._last(_SERVICE, Sign.NO_SERVICE)

    def service_up(self) -> None:
        """The service answers. Readers that ought to be there are waited for from now on."""
        with self._lock:
            self._is_down = False
            self._case(_SERVICE).lasting = None
            self._end(_SERVICE)
            for reader in readers.all_readers(self._ledger):
                self._case(reader.key).present = False
                self._last(reader.key, Sign.GONE)

    def tick(self, silent_for: float = 0.0) -> None:
        """Time has passed. `silent_for`: how long the watcher has been waiting for an answer of the service, in seconds."""
        with self._lock:
            self._note_hanging(silent_for > self.pauses.hung)
            for key in tuple(self._cases):
                self._look_at(key)

    @property
    def hangs(self) -> bool:
        """Whether the service has its socket open and answers nobody."""
        return self._hangs

    @property
    def answers(self) -> bool:
        """Whether the service answers, as far as anybody has heard."""
        return not self._is_down and not self._hangs

    def is_there(self, key: str) -> bool:
        """Whether the reader was there when the service last said anything about it."""
        with self._lock:
            return self._case(key).present

    def _note_hanging(self, hangs: bool) -> None:
        if hangs == self._hangs:
            return
        self._hangs = hangs
        if hangs:
            _log.warning("pcscd hangs")
            self._last(_SERVICE, Sign.NO_SERVICE)
        elif not self._is_down:
            self._case(_SERVICE).lasting = None
            self._end(_SERVICE)

    def _look_at(self, key: str) -> None:
        case, now = self._case(key), self._now()
        if case.why is Sign.FLAPPING and not _within(case.departures, now, self.pauses.flapping):
            if case.present:
                case.lasting = None
                self._end(key)
                return
            case.lasting = Sign.GONE
        if case.ladder.rung is Rung.PERSON or now < case.ladder.until:
            return
        if case.lasting is not None:
            self._move(key, rules.lasts(case.ladder, now, self.pauses, self._barred(key, now)))
        elif case.held_since is not None:
            self._move(key, rules.climbed(case.ladder, now, self.pauses, self._barred(key, now)))

    def _last(self, key: str, sign: Sign) -> None:
        case = self._case(key)
        if case.lasting is None and case.ladder.rung is Rung.NONE:
            case.ladder = Ladder(until=self._now() + self.pauses.look)
        case.lasting = sign
        if case.why is None or sign is Sign.FLAPPING:
            case.why = sign

    def _end(self, key: str) -> None:
        case = self._case(key)
        was = case.ladder.rung
        case.ladder, case.why, case.held_since = Ladder(), None, None
        if was is not Rung.NONE:
            _log.warning("%s works again after %s", key or "pcscd", was)
            self._show(key)

    def _move(self, key: str, ladder: Ladder) -> Rung:
        """Take over `ladder`; the rung when it is a new one, and its deed is done."""
        case, now = self._case(key), self._now()
        if ladder.rung is case.ladder.rung:
            case.ladder = ladder
            return Rung.NONE
        if ladder.rung is Rung.RESTART and self._others_busy(key):
            case.held_since = now if case.held_since is None else case.held_since
            return Rung.NONE
        case.ladder, case.held_since = ladder, None
        _log.warning("%s fails (%s): %s", key or "pcscd", case.why, ladder.rung)
        self._show(key)
        try:
            self._act(key, ladder.rung, now)
        except OSError as error:
            _log.error("could not ask for %s: %s", ladder.rung, error)
        return ladder.rung

    def _act(self, key: str, rung: Rung, now: float) -> None:
        if rung is Rung.NEW_CONTEXT:
            self._renew()
        elif rung is Rung.RESTART:
            self._restarts.append(now)
            wanted.ask(self._folder, wanted.RESTART_PCSCD)
        elif rung is Rung.POWER_CYCLE and (port := wanted.port_of(key, self._sysfs)) is not None:
            self._case(key).cycled.append(now)
            wanted.ask(self._folder, wanted.power_cycle_of(port))

    def _barred(self, key: str, now: float) -> set[Rung]:
        """What must not be tried: too often within an hour, nothing to try it on, or in the way of others for too long."""
        case, barred = self._case(key), set[Rung]()
        self._restarts = _within(self._restarts, now, self.pauses.hour)
        case.cycled = _within(case.cycled, now, self.pauses.hour)
        waited = case.held_since is not None and now - case.held_since >= self.pauses.others
        if len(self._restarts) >= _MOST_AN_HOUR or (waited and self._others_busy(key)):
            barred.add(Rung.RESTART)
        if len(case.cycled) >= _MOST_AN_HOUR or wanted.port_of(key, self._sysfs) is None:
            barred.add(Rung.POWER_CYCLE)
        return barred

    def _others_busy(self, key: str) -> bool:
        """Whether a restart would end a patient's visit at another reader."""
        others = readers.all_readers(self._ledger)
        return any(one.visit is not None and one.key != key for one in others)

    def _show(self, key: str) -> None:
        service = self._case(_SERVICE).ladder.rung
        for reader in readers.all_readers(self._ledger):
            if key in (reader.key, _SERVICE):
                rung = max(service, self._case(reader.key).ladder.rung, key=_ORDER.index)
                readers.show_recovery(self._ledger, reader.key, rung, self._clock())

    def _case(self, key: str) -> _Case:
        return self._cases.setdefault(key, _Case())


def _within(moments: list[float], now: float, span: float) -> list[float]:
    return [one for one in moments if now - one < span]
