"""A visit with a phone in place of a card (スマホ保険証), held to a second reader beside the first. Pure, as `visit` is.

The patient says so on the first reader's screen, or just holds the phone there. An Android phone gives its certificate only after
the PIN, so the PIN is typed before the phone is read; it goes to a phone that came within this visit, and only once.
"""

from dataclasses import replace
from datetime import datetime

from appliance.devices.visit_events import (
    Action,
    PhoneBroke,
    PhoneLaid,
    PhoneReaderBack,
    PhoneReaderLost,
    PhoneSeen,
    PhoneTaken,
    PhoneWanted,
    PinTyped,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import Step, Terms, Visit, begun, failed
from appliance.eligibility.visit import PHONE_WAYS, Phase, Way

TOO_EARLY, IPHONE, TWO_THINGS, READER_GONE = "PHONE-004", "PHONE-002", "PHONE-006", "READER-001"
NO_CARD_BESIDE = (Phase.CHECKING_PIN, Phase.CONSENTS)
"""Where a card that is laid as well may not take the place of the visit by phone: nobody could say whose it is."""

_LAST_TRY = 1
_NEEDS_READER = (Phase.READING, Phase.CHOOSE, Phase.PIN, Phase.PHONE, Phase.CHECKING_PIN)

PhoneEvent = PhoneReaderBack | PhoneReaderLost | PhoneWanted | PhoneLaid | PhoneTaken | PhoneSeen | PhoneBroke


def step(now_at: Visit, event: PhoneEvent, now: datetime, terms: Terms) -> Step:
    """The state after an event that only a phone or its reader brings about."""
    match event:
        case PhoneReaderLost() if now_at.by_phone and now_at.phase in _NEEDS_READER:
            return failed(replace(now_at, phone_present=False), READER_GONE, None, now, terms)
        case PhoneWanted(visit) if terms.phone and now_at.phase is Phase.IDLE:
            return _ask_which(_begun(now_at, visit), now, terms), ()
        case PhoneLaid(visit):
            return _laid(now_at, visit, now, terms)
        case PhoneTaken():
            return replace(now_at, phone_present=False), ()
        case PhoneSeen(tries_left) if now_at.by_phone and now_at.phase is Phase.READING:
            seen = replace(now_at, tries_left=tries_left)
            if tries_left <= _LAST_TRY:
                return failed(seen, _code_of(tries_left), tries_left, now, terms)
            return _ask_pin(seen, None, now, terms), ()
        case PhoneBroke() if now_at.by_phone and now_at.phase is Phase.CHECKING_PIN:
            # Whether the try was counted is not known: the phone is asked again before the next one.
            gone = replace(now_at, tries_left=None, phone_present=False)
            return _ask_pin(gone, TOO_EARLY, now, terms), ()
        case PhoneBroke() if now_at.by_phone and now_at.phase is Phase.READING:
            return failed(now_at, TOO_EARLY, None, now, terms)
    return now_at, ()


def proceed(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """The state after an event before the holder is proved by a phone. What an iPhone wants is not public, so that ends here."""
    match now_at.phase, event:
        case Phase.CHOOSE, WayChosen(Way.IPHONE):
            return failed(replace(now_at, way=Way.IPHONE), IPHONE, None, now, terms)
        case Phase.CHOOSE, WayChosen(Way.ANDROID):
            return _ask_pin(now_at, None, now, terms), ()
        case Phase.PIN, PinTyped():
            return _typed(now_at, now, terms)
    return now_at, ()


def _ask_pin(now_at: Visit, code: str | None, now: datetime, terms: Terms) -> Visit:
    """The PIN of an Android phone is wanted; `code` says what went wrong before."""
    return replace(
        now_at,
        phase=Phase.PIN,
        way=Way.ANDROID,
        trouble_code=code,
        staff_called=False,
        deadline=now + terms.untouched,
    )


def _typed(now_at: Visit, now: datetime, terms: Terms) -> Step:
    """The PIN is known: read the phone, or wait for it."""
    if now_at.phone_present:
        return _read(now_at)
    return replace(now_at, phase=Phase.PHONE, trouble_code=None, deadline=now + terms.untouched), ()


def pin_wrong(now_at: Visit, tries_left: int, now: datetime, terms: Terms) -> Step:
    """The phone refused the PIN: once more, or the end before its last try. No look by staff opens a phone."""
    asked = replace(now_at, tries_left=tries_left)
    if tries_left > _LAST_TRY:
        return _ask_pin(asked, "CARD-004", now, terms), ()
    return failed(asked, _code_of(tries_left), tries_left, now, terms)


def _code_of(tries_left: int) -> str:
    return "PHONE-007" if tries_left else "PHONE-008"


def _begun(now_at: Visit, visit: str) -> Visit:
    return replace(begun(now_at, visit), ways=PHONE_WAYS)


def _ask_which(now_at: Visit, now: datetime, terms: Terms) -> Visit:
    return replace(now_at, phase=Phase.CHOOSE, deadline=now + terms.untouched)


def _laid(now_at: Visit, visit: str, now: datetime, terms: Terms) -> Step:
    is_over = now_at.phase is Phase.FAILED and not now_at.card_present
    if terms.phone and (now_at.phase is Phase.IDLE or is_over):
        return _look(_begun(now_at, visit), now, terms)
    if not now_at.by_phone:
        # Somebody else's card lies on the first reader: a phone beside it changes nothing for them.
        return now_at, ()
    held = replace(now_at, phone_present=True)
    match now_at.phase:
        case Phase.CHOOSE:
            return _look(held, now, terms)
        case Phase.PHONE:
            return _read(held)
    return held, ()


def _look(now_at: Visit, now: datetime, terms: Terms) -> Step:
    looked_at = replace(now_at, phase=Phase.READING, phone_present=True, deadline=now + terms.untouched)
    return looked_at, (Action.LOOK_AT_PHONE,)


def _read(now_at: Visit) -> Step:
    return replace(now_at, phase=Phase.CHECKING_PIN, trouble_code=None, deadline=None), (
        Action.PROVE_BY_PHONE,
    )
