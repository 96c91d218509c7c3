"""A desk: one reader's thread. It feeds the visit machine, has its work done, and shows the outcome in the ledger."""

import logging
import queue
import secrets
import threading
from dataclasses import replace
from datetime import timedelta

from appliance.devices.card_desk import CardDesk
from appliance.devices.holder_ways import HolderWays
from appliance.devices.phone_desk import PhoneDesk
from appliance.devices.recovery import Recovery
from appliance.devices.visit import step
from appliance.devices.visit_events import (
    Action,
    CardLaid,
    CheckAnswered,
    CheckDeferred,
    CheckOpened,
    Failed,
    PhoneLaid,
    PhoneReaderBack,
    PhoneReaderLost,
    TimePassed,
    VisitEvent,
)
from appliance.devices.visit_hand import Hand
from appliance.devices.visit_state import Terms, Visit
from appliance.devices.visit_work import VisitWork
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase
from appliance.hatch import BegunSight, Touch, WantedDisplay, WantedLanguage, WantedPhone
from appliance.ledger import checks, readers
from appliance.ledger.checks import CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, CenterKind, Settings

_log = logging.getLogger(__name__)

_CONFIRMED = (QualificationValidity.VALID, QualificationValidity.VALID_UNREGISTERED)
_LONGEST_NAP = 60.0


class Desk:
    """The visits at one reader, one after the other. `tell`, `touch` and `look` may be called from any thread."""

    def __init__(
        self,
        box: Box,
        settings: Settings,
        ledger: Ledger,
        clock: Clock,
        reader: readers.Reader,
        ways: HolderWays,
        recovery: Recovery,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._reader = reader
        self._terms = _terms(settings, ways)
        self._is_asked_elsewhere = settings.center_kind == CenterKind.TERMINAL
        self._card = CardDesk(box.card_trust_dir)
        self._phone = PhoneDesk(box.card_trust_dir)
        self._work = VisitWork(
            ledger,
            clock,
            reader,
            self._card,
            self._phone,
            ways,
            institution_code=settings.institution_code,
            is_asked_elsewhere=self._is_asked_elsewhere,
            recovery=recovery,
        )
        self._events: queue.SimpleQueue[tuple[str | None, VisitEvent] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._visit = Visit()
        self._hand = Hand()
        self._thread = threading.Thread(target=self._run, name=f"desk-{reader.name}", daemon=True)
        self._show()
        self._thread.start()

    def tell(self, event: VisitEvent) -> None:
        """Something happened."""
        self._events.put((None, event))

    def card_laid(self, pcsc_name: str) -> None:
        """A card lies on the reader that pcscd calls `pcsc_name` now."""
        self._work.pcsc_name = pcsc_name
        self.tell(CardLaid(secrets.token_hex(8)))

    def phone_reader(self, name: str | None) -> None:
        """The reader for phones beside this one is there, called `name` by pcscd; None: it is not."""
        self._phone.reader = name
        self.tell(PhoneReaderLost() if name is None or self._is_asked_elsewhere else PhoneReaderBack())

    def phone_laid(self) -> None:
        """Something is held to the reader for phones."""
        self.tell(PhoneLaid(secrets.token_hex(8)))

    def touch(self, touch: Touch) -> None:
        """A touch on a screen. Raises `Trouble`: VISIT-001 for another visit or a wrong moment, INPUT-001."""
        with self._lock:
            for_anybody = (
                isinstance(touch, WantedLanguage | WantedDisplay | WantedPhone) and touch.visit == ""
            )
            if touch.visit != self._visit.visit and not (for_anybody and self._visit.visit is None):
                raise Trouble("VISIT-001")
            if isinstance(touch, BegunSight) and (not self._terms.sight or self._visit.by_phone):
                raise Trouble("VISIT-001")
            if isinstance(touch, WantedPhone) and not (self._terms.phone and self._visit.phase is Phase.IDLE):
                raise Trouble("VISIT-001")
            event = self._hand.take(touch, self._visit)
            # Bound to its visit: the next patient may lie in the queue before it.
            self._events.put((self._visit.visit, event))

    def look(self) -> None:
        """The ledger changed: see what became of the check this desk waits for."""
        waiting = self._visit
        if waiting.check_id is None or waiting.phase not in (Phase.ASKING, Phase.DEFERRED):
            return
        check = checks.find(self._ledger, waiting.check_id)
        event = _moved(check) if check is not None else None
        if event is not None:
            self._events.put((waiting.visit, event))

    def close(self) -> None:
        """End the thread and leave the card reset."""
        self._events.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                told = self._events.get(timeout=self._nap())
            except queue.Empty:
                told = (None, TimePassed())
            if told is None:
                self._end()
                return
            visit, event = told
            if visit is not None and visit != self._visit.visit:
                continue
            try:
                self._take(event)
            except Exception:
                # A desk must survive anything: the next patient is waiting.
                _log.exception("reader %s: the visit broke off", self._reader.name)
                self._events.put((self._visit.visit, Failed("BOX-005")))

    def _end(self) -> None:
        self._work.close()

    def _nap(self) -> float:
        if self._visit.deadline is None:
            return _LONGEST_NAP
        return min(max((self._visit.deadline - self._clock()).total_seconds(), 0.0), _LONGEST_NAP)

    def _take(self, event: VisitEvent) -> None:
        with self._lock:
            if isinstance(event, PhoneReaderBack | PhoneReaderLost):
                self._terms = replace(self._terms, phone=isinstance(event, PhoneReaderBack))
            self._visit, actions = step(self._visit, event, self._clock(), self._terms)
            self._hand.forget_before(self._visit)
        if Action.OPEN_CHECK in actions:
            # It shows "asking" itself, in the commit that writes the check down.
            self._do(Action.OPEN_CHECK)
        self._show()
        for action in actions:
            if action is not Action.OPEN_CHECK:
                self._do(action)
        if isinstance(event, CheckOpened):
            # The answer may have come before this desk knew which check to look for.
            self.look()

    def _do(self, action: Action) -> None:
        # What a camera sees after the patient has gone is nothing to the next one.
        of_visit = self._visit.visit
        self._work.do(action, self._visit, self._hand, lambda event: self._events.put((of_visit, event)))

    def _show(self) -> None:
        visit = self._visit
        readers.show(
            self._ledger,
            self._reader.key,
            self._clock(),
            phase=visit.phase,
            visit=visit.visit,
            tries_left=visit.tries_left,
            trouble_code=visit.trouble_code,
            staff_called=visit.staff_called,
            manner=readers.Manner(
                ways=visit.ways,
                way=visit.way,
                language=visit.language,
                display=visit.display,
                card_left=visit.card_left,
                hint=visit.hint,
                sight=self._terms.sight and not visit.by_phone,
                phone=self._terms.phone,
            ),
        )


def _terms(settings: Settings, ways: HolderWays) -> Terms:
    return Terms(
        untouched=timedelta(seconds=settings.visit_timeout),
        ending=timedelta(seconds=settings.visit_ending),
        left=timedelta(seconds=settings.visit_left),
        staff=timedelta(seconds=settings.visit_staff),
        looking=timedelta(seconds=settings.visit_look),
        face=ways.has_face,
        sight=ways.without_pin is not None,
    )


def _moved(check: checks.Check) -> VisitEvent | None:
    if check.state is CheckState.ANSWERED:
        return CheckAnswered(check.qualification_validity in _CONFIRMED)
    if check.state in (CheckState.REFUSED, CheckState.WITHDRAWN):
        return CheckAnswered(is_confirmed=False)
    return CheckDeferred() if check.state is CheckState.WAITING else None
