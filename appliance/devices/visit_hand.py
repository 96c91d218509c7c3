"""What a visit holds in the hand between a touch and the moment it is used: PIN, card number, consents, who looked.

None of it is ever written down; all of it is dropped as soon as the visit leaves the page it belongs to.
"""

import re
import secrets
from dataclasses import dataclass, field

from appliance.devices.holder_ways import WrongNumber
from appliance.devices.pin import Pin
from appliance.devices.visit_events import (
    BackPressed,
    CancelPressed,
    Confirmed,
    ConsentsGiven,
    Denied,
    DisplayChosen,
    LanguageChosen,
    NumberTyped,
    PhoneWanted,
    PinTyped,
    ShowPressed,
    SightStarted,
    StaffPressed,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import TO_THE_HOLDER, Visit
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase, SightReason, Way
from appliance.hatch import (
    BegunSight,
    Cancelled,
    GivenConsents,
    JudgedHolder,
    ShowsCard,
    StaffCalled,
    Touch,
    TypedCardNumber,
    TypedPin,
    WantedDisplay,
    WantedLanguage,
    WantedPhone,
    WantedWay,
    WentBack,
)
from appliance.ledger.visits import Looked

_CARD_NUMBER = re.compile(r"[0-9]{14}")


@dataclass
class Hand:
    """The desk's lock guards it. `refused` are the numbers that the card of this visit has refused, and the tries left then."""

    pin: Pin | None = None
    card_number: str | None = field(default=None, repr=False)
    refused: dict[str, int] = field(default_factory=dict, repr=False)
    given: GivenConsents | None = None
    looked: str | None = None
    reason: SightReason | None = None

    def take(self, touch: Touch, visit: Visit) -> VisitEvent:
        """The event of a touch, its burden kept. Raises `Trouble`: VISIT-001 at the wrong moment, INPUT-001."""
        match touch:
            case TypedPin(pin=pin, tries_left=tries_left):
                # One PIN at a time: a second tap must never cost a second try.
                is_this_pad = tries_left in (None, visit.tries_left)
                _only(visit, Phase.PIN, free=self.pin is None and is_this_pad)
                self.pin = Pin(pin)
                return PinTyped()
            case TypedCardNumber(number=number):
                _only(visit, Phase.CARD_NUMBER, free=self.card_number is None)
                if not _CARD_NUMBER.fullmatch(number):
                    raise Trouble("INPUT-001", "14桁の数字ではありません")
                self.card_number = number
                return NumberTyped()
            case ShowsCard():
                _only(visit, Phase.CARD_NUMBER)
                return ShowPressed()
            case GivenConsents():
                _only(visit, Phase.CONSENTS, free=self.given is None)
                self.given = touch
                return ConsentsGiven()
            case BegunSight(by=by, reason=reason):
                # Too late it would put a name and a reason to a holder who was proved otherwise.
                _only(visit, *TO_THE_HOLDER)
                self.looked, self.reason = by, reason
                return SightStarted()
            case JudgedHolder(by=by, same=same):
                _only(visit, Phase.GLANCE, Phase.SIGHT)
                self.looked = by
                return Confirmed() if same else Denied()
        return _plain(touch)

    def number_to_try(self, seen: str | None) -> str:
        """The number that was typed, or that the camera has `seen`; a typed one is taken out of the hand.

        Raises `Trouble` VISIT-001 when there is none, and `WrongNumber` for one that this card has refused before: the same digits a
        second time would cost a try for nothing.
        """
        number, self.card_number = self.card_number or seen, None
        if number is None:
            raise Trouble("VISIT-001")
        if number in self.refused:
            raise WrongNumber(min(self.refused.values()))
        return number

    def looked_for(self, way: Way | None) -> Looked | None:
        """Who looked at a holder proved this way; None where nobody's look counted, as after a face that was denied."""
        if self.looked is None or way not in (Way.FACE, Way.SIGHT):
            return None
        return Looked(self.looked, self.reason if way is Way.SIGHT else None)

    def forget_before(self, visit: Visit) -> None:
        """Drop what the page the visit has come to cannot need any more."""
        if visit.phase not in (Phase.PIN, Phase.CHECKING_PIN, Phase.PHONE):
            self.pin = None
        if visit.phase not in (Phase.CARD_NUMBER, Phase.FACE):
            self.card_number = None
        if visit.phase in (Phase.READING, Phase.FAILED, Phase.IDLE, Phase.OFFLINE):
            self.given = self.looked = self.reason = None
            self.refused.clear()


def _only(visit: Visit, *phases: Phase, free: bool = True) -> None:
    if visit.phase not in phases or not free:
        raise Trouble("VISIT-001")


def _plain(touch: Touch) -> VisitEvent:
    match touch:
        case WantedPhone():
            return PhoneWanted(secrets.token_hex(8))
        case WantedWay(way=way):
            return WayChosen(way)
        case WantedLanguage(language=language):
            return LanguageChosen(language)
        case WantedDisplay(display=display):
            return DisplayChosen(display)
        case WentBack():
            return BackPressed()
        case StaffCalled():
            return StaffPressed()
        case Cancelled():
            return CancelPressed()
    raise Trouble("INPUT-001")
