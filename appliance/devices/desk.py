"""A desk: one reader's thread. It feeds the visit machine, does what it asks, and shows the outcome in the ledger."""

import logging
import queue
import secrets
import threading
from datetime import timedelta

from appliance.devices.card_desk import CardDesk
from appliance.devices.mynumber import WrongPin
from appliance.devices.pin import Pin
from appliance.devices.visit import Limits, Visit, step
from appliance.devices.visit_events import (
    Action,
    CancelPressed,
    CardLaid,
    CardRead,
    CheckAnswered,
    CheckDeferred,
    CheckOpened,
    ConsentsGiven,
    Failed,
    HolderProved,
    PinTyped,
    PinWrong,
    StaffPressed,
    TimePassed,
    VisitEvent,
)
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.evidence import CardEvidence, CertificateStatus
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import NO_CONSENTS, Consents, Phase
from appliance.hatch import Cancelled, GivenConsents, Touch, TypedPin
from appliance.ledger import checks, readers, visits
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, CenterKind, Settings

_log = logging.getLogger(__name__)

_CONFIRMED = (QualificationValidity.VALID, QualificationValidity.VALID_UNREGISTERED)
_LONGEST_NAP = 60.0


class Desk:
    """The visits at one reader, one after the other. `tell`, `touch` and `look` may be called from any thread."""

    def __init__(
        self, box: Box, settings: Settings, ledger: Ledger, clock: Clock, reader: readers.Reader
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._reader = reader
        self._institution_code = settings.institution_code
        self._is_asked_elsewhere = settings.center_kind == CenterKind.TERMINAL
        self._limits = Limits(
            untouched=timedelta(seconds=settings.visit_timeout),
            ending=timedelta(seconds=settings.visit_ending),
        )
        self._card = CardDesk(box.card_trust_dir, settings.institution_code)
        self._events: queue.SimpleQueue[VisitEvent | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._visit = Visit()
        self._pcsc_name = ""
        self._pin: Pin | None = None
        self._consents: Consents | None = None
        self._evidence: CardEvidence | None = None
        self._thread = threading.Thread(target=self._run, name=f"desk-{reader.name}", daemon=True)
        self._show()
        self._thread.start()

    def tell(self, event: VisitEvent) -> None:
        """Something happened."""
        self._events.put(event)

    def card_laid(self, pcsc_name: str) -> None:
        """A card lies on the reader that pcscd calls `pcsc_name` now."""
        self._pcsc_name = pcsc_name
        self._events.put(CardLaid(secrets.token_hex(8)))

    def touch(self, touch: Touch) -> None:
        """A touch on the patient screen. Raises `Trouble`: VISIT-001 for another visit or a wrong moment, INPUT-001."""
        with self._lock:
            if touch.visit != self._visit.visit:
                raise Trouble("VISIT-001")
            event = self._event_of(touch)
        self._events.put(event)

    def _event_of(self, touch: Touch) -> VisitEvent:
        if isinstance(touch, TypedPin):
            # One PIN at a time: a second tap must never cost a second try.
            if self._visit.phase is not Phase.PIN or self._pin is not None:
                raise Trouble("VISIT-001")
            self._pin = Pin(touch.pin)
            return PinTyped()
        if isinstance(touch, GivenConsents):
            if self._visit.phase is not Phase.CONSENTS:
                raise Trouble("VISIT-001")
            self._consents = touch.consents
            return ConsentsGiven()
        return CancelPressed() if isinstance(touch, Cancelled) else StaffPressed()

    def look(self) -> None:
        """The ledger changed: see what became of the check this desk waits for."""
        check_id, phase = self._visit.check_id, self._visit.phase
        if check_id is None or phase not in (Phase.ASKING, Phase.DEFERRED):
            return
        check = checks.find(self._ledger, check_id)
        if check is not None:
            event = _moved(check)
            if event is not None:
                self._events.put(event)

    def close(self) -> None:
        """End the thread and leave the card reset."""
        self._events.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=self._nap())
            except queue.Empty:
                event = TimePassed()
            if event is None:
                self._card.let_go()
                return
            try:
                self._take(event)
            except Exception:
                # A desk must survive anything: the next patient is waiting.
                _log.exception("reader %s: the visit broke off", self._reader.name)
                self._events.put(Failed("BOX-005"))

    def _nap(self) -> float:
        if self._visit.deadline is None:
            return _LONGEST_NAP
        return min(max((self._visit.deadline - self._clock()).total_seconds(), 0.0), _LONGEST_NAP)

    def _take(self, event: VisitEvent) -> None:
        with self._lock:
            self._visit, actions = step(self._visit, event, self._clock(), self._limits)
            if self._visit.phase is not Phase.CHECKING_PIN:
                self._pin = None
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
        match action:
            case Action.READ_CARD:
                self._events.put(self._read_card())
            case Action.PROVE_HOLDER:
                self._events.put(self._prove_holder())
            case Action.OPEN_CHECK:
                self._events.put(self._open_check())
            case Action.LET_GO:
                self._card.let_go()

    def _read_card(self) -> VisitEvent:
        if self._is_asked_elsewhere:
            # No PIN is asked for in vain: a terminal's folders have no way for what is proved here.
            return Failed("READER-004")
        try:
            return CardRead(self._card.read(self._pcsc_name, self._clock()))
        except Trouble as trouble:
            return self._failure(trouble)

    def _prove_holder(self) -> VisitEvent:
        with self._lock:
            pin, self._pin = self._pin, None
        if pin is None:
            return Failed("VISIT-001")
        try:
            self._evidence = self._card.prove_holder(pin, self._clock())
        except WrongPin as wrong:
            return PinWrong(wrong.tries_left)
        except Trouble as trouble:
            return self._failure(trouble)
        return HolderProved()

    def _open_check(self) -> VisitEvent:
        evidence, consents = self._evidence, self._consents or NO_CONSENTS
        self._evidence = self._consents = None
        if evidence is None:
            return Failed("CARD-003")
        if evidence.certificate_status is CertificateStatus.GRACE:
            # After its end a certificate opens 資格情報 for three months, and nothing medical.
            consents = NO_CONSENTS
        new = NewCheck(
            origin=Origin.CARD,
            institution_code=self._institution_code,
            reader=self._reader.name,
            evidence=evidence,
            consents=consents,
        )
        return CheckOpened(visits.open_check(self._ledger, self._reader.key, new, self._clock()))

    def _failure(self, trouble: Trouble) -> Failed:
        _log.info("reader %s: %s", self._reader.name, trouble)
        return Failed(trouble.code)

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
        )


def _moved(check: checks.Check) -> VisitEvent | None:
    if check.state is CheckState.ANSWERED:
        return CheckAnswered(check.qualification_validity in _CONFIRMED)
    if check.state in (CheckState.REFUSED, CheckState.WITHDRAWN):
        return CheckAnswered(is_confirmed=False)
    return CheckDeferred() if check.state is CheckState.WAITING else None
