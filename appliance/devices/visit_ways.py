"""The ways a patient shows to be the card's holder, and how one way falls over to the next.

Face falls over to the PIN after some looks or seconds; the PIN to a look by staff (目視) before the card's last try is spent. A look by
staff is started by a named person for this one visit, and ends with it.
"""

from dataclasses import replace
from datetime import datetime

from appliance.devices import visit_phone
from appliance.devices.visit_events import (
    Action,
    CardRead,
    Confirmed,
    Denied,
    FaceAlike,
    FaceHint,
    FaceNot,
    FaceSame,
    NumberTyped,
    NumberWrong,
    PhotoRead,
    PinTyped,
    PinWrong,
    SightStarted,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import Step, Terms, Visit, failed
from appliance.eligibility.visit import Hint, Phase, Way

_LAST_TRY = 1
_BACK_FROM = (Phase.CARD_NUMBER, Phase.FACE, Phase.GLANCE, Phase.PIN, Phase.PHONE, Phase.STAFF)
FACE_TOO_LONG, FACE_DENIED, SIGHT_DENIED, STAFF_TOO_LONG = "VISIT-005", "VISIT-006", "VISIT-007", "VISIT-008"
NUMBER_WRONG, NUMBER_BLOCKED = "CARD-013", "CARD-014"


def proceed(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """The state after an event before the holder is proved."""
    match event:
        case CardRead(tries_left) if now_at.phase is Phase.READING:
            return _offer(now_at, tries_left, now, terms)
        case WayChosen(way) if way in now_at.ways and now_at.phase is not Phase.READING:
            return _enter(now_at, way, None, now, terms)
        case SightStarted() if terms.sight and now_at.phase is not Phase.READING:
            return _wait_for_person(now_at, Phase.SIGHT, Way.SIGHT, now, terms)
        case Confirmed() if now_at.phase in (Phase.GLANCE, Phase.SIGHT):
            proving = replace(now_at, phase=Phase.PROVING, trouble_code=None, deadline=None)
            return proving, (Action.PROVE_WITHOUT_PIN,)
        case Denied() if now_at.phase is Phase.GLANCE:
            return _without(now_at, Way.FACE, FACE_DENIED, now, terms)
        case Denied() if now_at.phase is Phase.SIGHT:
            return failed(now_at, SIGHT_DENIED, now_at.tries_left, now, terms)
        case PinTyped() if now_at.phase is Phase.PIN:
            return replace(now_at, phase=Phase.CHECKING_PIN, deadline=None), (Action.PROVE_HOLDER,)
    return _face(now_at, event, now, terms)


def _face(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    match now_at.phase, event:
        case Phase.CARD_NUMBER, NumberTyped():
            return to_photo(replace(now_at, seen=False))
        case Phase.FACE, NumberWrong(tries_left):
            if tries_left <= _LAST_TRY:
                return _without(now_at, Way.FACE, NUMBER_BLOCKED, now, terms)
            return number_again(now_at, NUMBER_WRONG, now, terms)
        case Phase.FACE, PhotoRead():
            return replace(now_at, hint=Hint.LOOK, deadline=now + terms.looking), (Action.WATCH_FACE,)
        case Phase.FACE, FaceHint(hint):
            return replace(now_at, hint=hint), ()
        case Phase.FACE, FaceSame():
            proving = replace(now_at, phase=Phase.PROVING, trouble_code=None, deadline=None)
            return proving, (Action.PROVE_WITHOUT_PIN,)
        case Phase.FACE, FaceAlike():
            return _wait_for_person(now_at, Phase.GLANCE, Way.FACE, now, terms)
        case Phase.FACE, FaceNot(code):
            return _look_again(now_at, code, now, terms)
    return now_at, ()


def not_proved(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """The state after a proof that did not come about."""
    match now_at.phase, event:
        case Phase.CHECKING_PIN, PinWrong(tries_left) if now_at.by_phone:
            return visit_phone.pin_wrong(now_at, tries_left, now, terms)
        case Phase.CHECKING_PIN, PinWrong(tries_left):
            asked = replace(now_at, tries_left=tries_left)
            if tries_left > _LAST_TRY:
                return _enter(asked, Way.PIN, "CARD-004", now, terms)
            return _without(asked, Way.PIN, _pin_code(tries_left), now, terms)
    return now_at, ()


def back(now_at: Visit, now: datetime, terms: Terms) -> Step:
    """Back to the choice of a way, where there is one."""
    if now_at.phase in _BACK_FROM and len(now_at.ways) > 1:
        return _choose(now_at, None, now, terms), ()
    return now_at, ()


def too_long(now_at: Visit, now: datetime, terms: Terms) -> Step:
    """Nothing happened until the deadline."""
    match now_at.phase:
        case Phase.FACE:
            return _without(now_at, Way.FACE, FACE_TOO_LONG, now, terms)
        case Phase.GLANCE:
            return _without(now_at, Way.FACE, STAFF_TOO_LONG, now, terms)
        case Phase.STAFF | Phase.SIGHT:
            return failed(now_at, STAFF_TOO_LONG, now_at.tries_left, now, terms)
    return failed(now_at, "VISIT-002", None, now, terms)


def _offer(now_at: Visit, tries_left: int, now: datetime, terms: Terms) -> Step:
    ways = ((Way.FACE,) if terms.face else ()) + ((Way.PIN,) if tries_left > _LAST_TRY else ())
    offered = replace(now_at, tries_left=tries_left, ways=ways)
    if len(ways) > 1:
        return _choose(offered, None, now, terms), ()
    if ways:
        return _enter(offered, ways[0], None, now, terms)
    return _to_staff(offered, _pin_code(tries_left), now, terms)


def _pin_code(tries_left: int) -> str:
    return "CARD-005" if tries_left else "CARD-006"


def _choose(now_at: Visit, code: str | None, now: datetime, terms: Terms) -> Visit:
    return replace(
        now_at,
        phase=Phase.CHOOSE,
        way=None,
        trouble_code=code,
        staff_called=False,
        deadline=now + terms.untouched,
    )


def _enter(now_at: Visit, way: Way, code: str | None, now: datetime, terms: Terms) -> Step:
    """The first page of a way. Each try at the face asks for the card's number again only when it was wrong."""
    phase = Phase.PIN if way is Way.PIN else Phase.CARD_NUMBER
    may_show = way is Way.FACE and now_at.card_shows < terms.card_shows
    return replace(
        now_at,
        phase=phase,
        way=way,
        trouble_code=code,
        staff_called=False,
        hint=Hint.CARD_SHOW if may_show else None,
        deadline=now + terms.untouched,
    ), ()


def to_photo(now_at: Visit) -> Step:
    """The number is known: the card's photo is read with it."""
    return replace(now_at, phase=Phase.FACE, hint=None, deadline=None), (Action.READ_PHOTO,)


def number_again(now_at: Visit, code: str | None, now: datetime, terms: Terms) -> Step:
    """The number is asked for by typing. One that the camera read wrong is not left to the camera again in this visit."""
    shows = terms.card_shows if now_at.seen else now_at.card_shows
    return _enter(replace(now_at, card_shows=shows, seen=False), Way.FACE, code, now, terms)


def _look_again(now_at: Visit, code: str, now: datetime, terms: Terms) -> Step:
    tried = replace(now_at, face_tries=now_at.face_tries + 1, trouble_code=code)
    if tried.face_tries >= terms.face_tries:
        return _without(tried, Way.FACE, code, now, terms)
    return replace(tried, hint=Hint.LOOK, deadline=now + terms.looking), (Action.WATCH_FACE,)


def _without(now_at: Visit, way: Way, code: str, now: datetime, terms: Terms) -> Step:
    """`way` is over for this visit: the next one, or a person."""
    left = tuple(one for one in now_at.ways if one is not way)
    fallen = replace(now_at, ways=left)
    return _enter(fallen, left[0], code, now, terms) if left else _to_staff(fallen, code, now, terms)


def _to_staff(now_at: Visit, code: str, now: datetime, terms: Terms) -> Step:
    """A person has to look, where the site has a way for that; otherwise the visit ends here."""
    if not terms.sight:
        return failed(now_at, code, now_at.tries_left, now, terms)
    waiting, actions = _wait_for_person(now_at, Phase.STAFF, None, now, terms)
    return replace(waiting, trouble_code=code), actions


def _wait_for_person(now_at: Visit, phase: Phase, way: Way | None, now: datetime, terms: Terms) -> Step:
    waiting = replace(
        now_at,
        phase=phase,
        way=way,
        trouble_code=None,
        staff_called=phase is not Phase.SIGHT,
        deadline=now + terms.staff,
    )
    return waiting, ()
