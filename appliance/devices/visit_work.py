"""What the visit machine wants done with card, camera and ledger; each piece of work ends in another event."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from appliance.devices.card_desk import CardDesk
from appliance.devices.holder_ways import HolderWays, WrongNumber
from appliance.devices.mynumber import WrongPin
from appliance.devices.pcsc import card_lies_on
from appliance.devices.phone_desk import PhoneDesk
from appliance.devices.pin import Pin
from appliance.devices.recovery import Recovery
from appliance.devices.visit_events import (
    Action,
    CardRead,
    CheckOpened,
    Failed,
    HolderProved,
    NumberWrong,
    OtherCard,
    PhoneBroke,
    PhoneSeen,
    PhotoRead,
    PinWrong,
    SameCard,
    VisitEvent,
)
from appliance.devices.visit_hand import Hand
from appliance.devices.visit_state import Visit
from appliance.eligibility.evidence import CardEvidence, CertificateStatus, HolderVerification
from appliance.eligibility.reader_recovery import Rung
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import NO_CONSENTS, ConsentRecord, Phase, Way
from appliance.ledger import readers, visits
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.readers import Reader
from appliance.ledger.times import Clock

_log = logging.getLogger(__name__)
_AT_ONCE = (Rung.REOPEN, Rung.NEW_CONTEXT)
_TAKEN_AWAY = "CARD-003"
_OF_PHONES = {"CARD-005": "PHONE-007", "CARD-006": "PHONE-008", "CARD-007": "PHONE-009"}
"""What has another way out with a phone: nobody can look at its holder, and its certificate has an end of its own."""
_PHONE_ON_CARD_READER = "CARD-010"
_VERIFICATION = {Way.FACE: HolderVerification.FACE, Way.SIGHT: HolderVerification.VISUAL}

Tell = Callable[[VisitEvent], None]


class VisitWork:
    """The doing behind one desk, used by its thread only."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        reader: Reader,
        card: CardDesk,
        phone: PhoneDesk,
        ways: HolderWays,
        *,
        institution_code: str,
        is_asked_elsewhere: bool,
        recovery: Recovery,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._reader = reader
        self._card = card
        self._phone = phone
        self._ways = ways
        self._institution_code = institution_code
        self._is_asked_elsewhere = is_asked_elsewhere
        self._recovery = recovery
        self._evidence: CardEvidence | None = None
        self._mark = b""
        self.pcsc_name = ""

    def close(self) -> None:
        """Leave the card reset, the camera and the model alone."""
        self._card.let_go()
        if self._ways.face is not None:
            self._ways.face.close()

    def do(self, action: Action, visit: Visit, hand: Hand, tell: Tell) -> None:
        """Do it; what comes of it is told, at once or from another thread."""
        match action:
            case Action.LET_GO:
                self._card.let_go()
                if visit.phase is not Phase.CONSENTS:
                    self._evidence = None
            case Action.STOP_FACE:
                if self._ways.face is not None:
                    self._ways.face.stop()
            case Action.WATCH_FACE:
                if self._ways.face is not None:
                    self._ways.face.watch(tell)
            case Action.WATCH_CARD:
                if self._ways.face is not None:
                    self._ways.face.watch_card(tell)
            case Action.LOOK_AT_PHONE | Action.PROVE_BY_PHONE:
                tell(self._at_phone(action, hand))
            case _:
                tell(self._outcome(action, visit, hand))

    def _at_phone(self, action: Action, hand: Hand) -> VisitEvent:
        try:
            if action is Action.LOOK_AT_PHONE:
                return PhoneSeen(self._phone.look())
            return self._prove_by_pin(hand, self._phone.prove_holder)
        except WrongPin as wrong:
            return PinWrong(wrong.tries_left)
        except Trouble as trouble:
            # A hand that trembles breaks off many a conversation: that says nothing of the reader.
            _log.info("reader %s, phone: %s", self._reader.name, trouble)
            if trouble.code == _TAKEN_AWAY:
                return PhoneBroke()
            return Failed(_OF_PHONES.get(trouble.code, trouble.code))

    def _outcome(self, action: Action, visit: Visit, hand: Hand) -> VisitEvent:
        try:
            match action:
                case Action.READ_CARD:
                    return self._read_card()
                case Action.READ_AGAIN:
                    return self._read_again(visit.laid)
                case Action.READ_PHOTO:
                    return self._read_photo(hand)
                case Action.PROVE_HOLDER:
                    return self._prove_by_pin(hand, self._card.prove_holder)
                case Action.PROVE_WITHOUT_PIN:
                    return self._prove_without_pin(visit)
                case _:
                    return self._open_check(visit, hand)
        except WrongPin as wrong:
            return PinWrong(wrong.tries_left)
        except WrongNumber as wrong:
            return NumberWrong(wrong.tries_left)
        except Trouble as trouble:
            _log.info("reader %s: %s", self._reader.name, trouble)
            if action not in (Action.READ_CARD, Action.READ_AGAIN):
                self._recovery.failed(self._reader.key, trouble.code)
            return Failed(trouble.code)

    def _read_card(self) -> VisitEvent:
        if self._is_asked_elsewhere:
            # No PIN is asked for in vain: a terminal's folders have no way for what is proved here.
            raise Trouble("READER-004")
        try:
            read = CardRead(self._tries_left())
        except Trouble as trouble:
            if trouble.code == _PHONE_ON_CARD_READER and self._phone.reader is not None:
                raise Trouble("PHONE-005", trouble.detail) from None
            raise
        self._mark = self._card.mark
        return read

    def _read_again(self, laid: str) -> VisitEvent:
        tries = self._tries_left()
        return SameCard(laid, tries) if self._card.mark == self._mark else OtherCard(laid)

    def _tries_left(self) -> int:
        """Read the card; one that gives no answer is opened anew before the patient hears of it. No PIN has gone out yet."""
        cold = False
        while True:
            try:
                tries = self._card.read(self.pcsc_name, self._clock(), cold=cold)
            except Trouble as trouble:
                self._card.let_go()
                lies = card_lies_on(self.pcsc_name)
                if self._recovery.failed(self._reader.key, trouble.code, lies=lies) not in _AT_ONCE:
                    raise
                _log.info("reader %s: %s, tried once more", self._reader.name, trouble)
            else:
                self._recovery.worked(self._reader.key)
                return tries
            cold = True
            time.sleep(self._recovery.pauses.reopen)

    def _code(self) -> str:
        """Under which code this reader asks; whoever assigns another one need not restart anything."""
        reader = readers.find_by_key(self._ledger, self._reader.key)
        return (reader.institution_code if reader else "") or self._institution_code

    def _read_photo(self, hand: Hand) -> VisitEvent:
        if self._ways.face is None:
            raise Trouble("VISIT-001")
        number = hand.number_to_try(self._ways.face.take_number())
        try:
            self._card.read_photo(self._ways.face, number)
        except WrongNumber as wrong:
            hand.refused[number] = wrong.tries_left
            raise
        return PhotoRead()

    def _prove_by_pin(self, hand: Hand, proves: Callable[[Pin, str, datetime], CardEvidence]) -> VisitEvent:
        pin, hand.pin = hand.pin, None
        if pin is None:
            raise Trouble("VISIT-001")
        self._evidence = proves(pin, self._code(), self._clock())
        return HolderProved()

    def _prove_without_pin(self, visit: Visit) -> VisitEvent:
        if self._ways.without_pin is None or visit.way not in _VERIFICATION:
            raise Trouble("VISIT-001")
        self._evidence = self._card.prove_without_pin(
            self._ways.without_pin, _VERIFICATION[visit.way], self._code(), self._clock()
        )
        return HolderProved()

    def _open_check(self, visit: Visit, hand: Hand) -> VisitEvent:
        evidence, given, now = self._evidence, hand.given, self._clock()
        self._evidence = hand.given = None
        if evidence is None or given is None:
            raise Trouble("CARD-003")
        in_grace = evidence.certificate_status is CertificateStatus.GRACE
        new = NewCheck(
            origin=Origin.CARD,
            institution_code=self._code(),
            reader=self._reader.name,
            evidence=evidence,
            # After its end a certificate opens 資格情報 for three months, and nothing medical.
            consents=NO_CONSENTS if in_grace else given.consents,
            consent_record=ConsentRecord(
                given.pressed,
                given.text_version,
                given.language or visit.language,
                self._reader.name,
                now,
                given.choices,
            ),
        )
        looked = hand.looked_for(visit.way)
        return CheckOpened(visits.open_check(self._ledger, self._reader.key, new, now, looked))
