"""The card shown to the camera: lifted off the reader, its number read, laid back. The same card, or another visit.

What the camera has read is tried on the card it was read from alone: the card that is laid back must have the certificate of the
one that was lifted. All of it has its time; then the number is typed.
"""

from dataclasses import replace
from datetime import datetime

from appliance.devices import visit_ways
from appliance.devices.visit_events import (
    Action,
    BackPressed,
    FaceHint,
    NumberNotSeen,
    NumberSeen,
    SameCard,
    ShowPressed,
    VisitEvent,
)
from appliance.devices.visit_state import SHOWING, Step, Terms, Visit
from appliance.eligibility.visit import Hint, Phase

NUMBER_NOT_SEEN, TAKEN_AWAY = "VISIT-009", "CARD-003"


def proceed(now_at: Visit, event: VisitEvent, now: datetime, terms: Terms) -> Step:
    """The state after an event at the number's page, while the card is shown, or while it has to be laid back."""
    match now_at.phase, event:
        case Phase.CARD_NUMBER, ShowPressed() if now_at.card_shows < terms.card_shows:
            return _begin(now_at, now, terms)
        case Phase.SHOW_CARD, FaceHint(hint):
            return replace(now_at, hint=hint), ()
        case Phase.SHOW_CARD, NumberSeen():
            return _go_on(replace(now_at, seen=True), None, now, terms)
        case Phase.SHOW_CARD, NumberNotSeen():
            return _go_on(now_at, NUMBER_NOT_SEEN, now, terms)
        case Phase.SHOW_CARD, BackPressed():
            return _go_on(now_at, None, now, terms)
        case _, SameCard(laid, tries_left) if laid == now_at.laid:
            back = replace(now_at, away=False, laid="", tries_left=tries_left)
            if now_at.phase is Phase.SHOW_CARD:
                return back, ()
            return _go_on(back, now_at.trouble_code, now, terms)
    return now_at, ()


def only_passed(now_at: Visit, code: str) -> bool:
    """Whether the card was gone before it was read again: held up to a camera it may pass the reader, and is told to be away."""
    return now_at.phase in SHOWING and code == TAKEN_AWAY


def _begin(now_at: Visit, now: datetime, terms: Terms) -> Step:
    """The patient is asked to show the card; the camera begins to look."""
    asked = replace(
        now_at,
        phase=Phase.SHOW_CARD,
        trouble_code=None,
        card_shows=now_at.card_shows + 1,
        seen=False,
        hint=Hint.CARD_SHOW,
        deadline=now + terms.showing,
    )
    return asked, (Action.WATCH_CARD,)


def _go_on(now_at: Visit, code: str | None, now: datetime, terms: Terms) -> Step:
    """To the photo or to typing; first the card has to lie on the reader."""
    if now_at.away:
        waiting = replace(
            now_at, phase=Phase.LAY_BACK, trouble_code=code, hint=None, deadline=now + terms.untouched
        )
        return waiting, ()
    return visit_ways.to_photo(now_at) if now_at.seen else visit_ways.number_again(now_at, code, now, terms)
