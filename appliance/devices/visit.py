"""One patient's visit at one reader, as a pure state machine: events and time in, the next state and actions out.

idle → reading → choose → face | PIN | 目視 → consents → asking → done, and from everywhere an end that tells what to do
next. Nothing is written to the ledger before the holder is proved and the consents are given; a card taken before that
leaves no trace. How one proves to be the holder is `visit_ways`; a phone in place of the card `visit_phone`.
"""

from dataclasses import replace
from datetime import datetime

from appliance.devices import visit_card, visit_phone, visit_ways
from appliance.devices.visit_events import (
    Action,
    BackPressed,
    CancelPressed,
    CardLaid,
    CardTaken,
    CheckAnswered,
    CheckDeferred,
    CheckOpened,
    ConsentsGiven,
    DisplayChosen,
    Failed,
    HolderProved,
    LanguageChosen,
    NumberNotSeen,
    OtherCard,
    PhoneBroke,
    PhoneLaid,
    PhoneReaderBack,
    PhoneReaderLost,
    PhoneSeen,
    PhoneTaken,
    PhoneWanted,
    ReaderBack,
    ReaderLost,
    ShowPressed,
    StaffPressed,
    TimePassed,
    VisitEvent,
)
from appliance.devices.visit_state import (
    BEFORE_CONSENTS,
    OPEN,
    SHOWING,
    Step,
    Terms,
    Visit,
    begun,
    failed,
    stays,
)
from appliance.eligibility.visit import Phase

_WATCHED = (*SHOWING, Phase.FACE)
_FAILABLE = (*OPEN, Phase.ASKING)
_ENDED = (Phase.DONE, Phase.DEFERRED, Phase.FAILED)
_TOUCHED = (Phase.IDLE, Phase.CHOOSE, Phase.CARD_NUMBER, Phase.PIN, Phase.PHONE, Phase.CONSENTS)


def step(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """The state after `event` at `now`, and what to do. An event that does not fit the phase changes nothing."""
    after, actions = _step(now_at, event, now, terms)
    if _is_over(now_at, after):
        actions = (Action.STOP_FACE, *actions)
    return after, actions


def _is_over(before: Visit, after: Visit) -> bool:
    """Whether the camera's part ended with this step. A number that it has read waits there while the card is laid back."""
    if before.phase not in _WATCHED or before.visit != after.visit:
        return before.phase in _WATCHED
    return after.phase not in (_WATCHED if after.seen else (before.phase,))


def _step(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    match event:
        case ReaderLost() | ReaderBack() | CardLaid() | CardTaken():
            return _at_the_reader(now_at, event, now, terms)
        case (
            PhoneReaderBack()
            | PhoneReaderLost()
            | PhoneWanted()
            | PhoneLaid()
            | PhoneTaken()
            | PhoneSeen()
            | PhoneBroke()
        ):
            return visit_phone.step(now_at, event, now, terms)
        case StaffPressed() | LanguageChosen() | DisplayChosen():
            return _at_the_screen(now_at, event, now, terms), ()
        case TimePassed():
            return _time_passed(now_at, now, terms)
        case Failed(code, tries_left) if now_at.phase in _FAILABLE and not visit_card.only_passed(
            now_at, code
        ):
            return failed(now_at, code, tries_left, now, terms)
        case CancelPressed() if now_at.phase in OPEN:
            return failed(now_at, "VISIT-003", None, now, terms)
    if now_at.phase in SHOWING or isinstance(event, ShowPressed):
        return _shown(now_at, event, now, terms)
    if isinstance(event, BackPressed):
        return visit_ways.back(now_at, now, terms)
    if now_at.phase in BEFORE_CONSENTS:
        proceed = visit_phone.proceed if now_at.by_phone else visit_ways.proceed
        return proceed(now_at, event, now, terms)
    return _forward(now_at, event, now, terms)


def _shown(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """While the card is shown to the camera; another one in its place opens a visit of its own."""
    if isinstance(event, OtherCard) and event.laid == now_at.laid:
        return _laid(now_at, event.laid, now, terms), (Action.LET_GO, Action.READ_CARD)
    return visit_card.proceed(now_at, event, now, terms)


def _at_the_reader(
    now_at: Visit, event: ReaderLost | ReaderBack | CardLaid | CardTaken, now: datetime, terms: Terms
) -> Step:
    match event:
        case ReaderLost(code):
            return Visit(trouble_code=code), (Action.LET_GO,)
        case ReaderBack():
            return (Visit(Phase.IDLE), ()) if now_at.phase is Phase.OFFLINE else (now_at, ())
        case CardLaid(laid) if now_at.phase in SHOWING and not now_at.card_present:
            return replace(now_at, card_present=True, laid=laid), (Action.READ_AGAIN,)
        case CardTaken() if now_at.phase in SHOWING:
            return replace(now_at, card_present=False, away=True, laid=""), (Action.LET_GO,)
        case CardLaid() if now_at.by_phone and now_at.phase in visit_phone.NO_CARD_BESIDE:
            both = replace(now_at, card_present=True)
            return failed(both, visit_phone.TWO_THINGS, None, now, terms)
        case CardLaid(visit):
            return _laid(now_at, visit, now, terms), (Action.LET_GO, Action.READ_CARD)
    return _card_taken(now_at, now, terms)


def _forward(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """From the proof of the holder on: each event counts in one phase only."""
    match now_at.phase, event:
        case ((Phase.CHECKING_PIN | Phase.PROVING), HolderProved()):
            return _proved(now_at, now, terms), (Action.LET_GO,)
        case ((Phase.CHECKING_PIN | Phase.PROVING), _):
            return visit_ways.not_proved(now_at, event, now, terms)
        case Phase.CONSENTS, ConsentsGiven():
            return replace(now_at, phase=Phase.ASKING, deadline=now + terms.asking), (Action.OPEN_CHECK,)
        case Phase.ASKING, CheckOpened(check_id):
            return replace(now_at, check_id=check_id), ()
        case ((Phase.ASKING | Phase.DEFERRED), CheckAnswered(is_confirmed)):
            phase, code = (Phase.DONE, None) if is_confirmed else (Phase.FAILED, "VISIT-004")
            return stays(replace(now_at, phase=phase, trouble_code=code), now, terms), ()
        case Phase.ASKING, CheckDeferred():
            return stays(replace(now_at, phase=Phase.DEFERRED), now, terms), ()
    return now_at, ()


def _laid(now_at: Visit, visit: str, now: datetime, terms: Terms) -> Visit:
    deadline = now + terms.untouched
    return replace(begun(now_at, visit), phase=Phase.READING, card_present=True, deadline=deadline)


def _at_the_screen(
    now_at: Visit, event: StaffPressed | LanguageChosen | DisplayChosen, now: datetime, terms: Terms
) -> Visit:
    if now_at.phase is Phase.OFFLINE:
        return now_at
    match event:
        case StaffPressed():
            return replace(now_at, staff_called=True) if now_at.visit else now_at
        case LanguageChosen(language):
            chosen = replace(now_at, language=language)
        case DisplayChosen(display):
            chosen = replace(now_at, display=display)
    # Who touches the screen is still there.
    return replace(chosen, deadline=now + terms.untouched) if now_at.phase in _TOUCHED else chosen


def _proved(now_at: Visit, now: datetime, terms: Terms) -> Visit:
    return replace(
        now_at,
        phase=Phase.CONSENTS,
        trouble_code=None,
        tries_left=None,
        staff_called=False,
        deadline=now + terms.untouched,
    )


def _card_taken(now_at: Visit, now: datetime, terms: Terms) -> Step:
    gone = replace(now_at, card_present=False, card_left=False)
    if now_at.phase in OPEN and not now_at.by_phone:
        return failed(gone, "CARD-003", None, now, terms)
    if now_at.phase in _ENDED:
        # A failure is still to be read after the card was taken; a success is not.
        lasting = now_at.phase is Phase.FAILED and now_at.trouble_code is not None
        return (stays(gone, now, terms), ()) if lasting else (Visit(Phase.IDLE), ())
    return gone, ()


def _time_passed(now_at: Visit, now: datetime, terms: Terms) -> Step:
    # A deadline beyond every term was set by a clock that has been set back since.
    if now_at.deadline is None or now < now_at.deadline <= now + terms.longest:
        return now_at, ()
    if now_at.phase in _ENDED and now_at.card_present:
        return replace(now_at, card_left=True, deadline=None), ()
    if now_at.phase in (*_ENDED, Phase.IDLE):
        return Visit(Phase.IDLE), ()
    if now_at.phase is Phase.ASKING:
        return stays(replace(now_at, phase=Phase.DEFERRED), now, terms), ()
    if now_at.phase is Phase.SHOW_CARD:
        return visit_card.proceed(now_at, NumberNotSeen(), now, terms)
    return visit_ways.too_long(now_at, now, terms)
