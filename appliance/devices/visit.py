"""One patient's visit at one reader, as a pure state machine: events and time in, the next state and actions out.

idle → reading → PIN → consents → asking → done, and from everywhere an end that tells what to do next. Nothing is
written to the ledger before the holder is proved and the consents are given; a card taken before that leaves no
trace.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from appliance.devices.visit_events import (
    Action,
    CancelPressed,
    CardLaid,
    CardRead,
    CardTaken,
    CheckAnswered,
    CheckDeferred,
    CheckOpened,
    ConsentsGiven,
    Failed,
    HolderProved,
    PinTyped,
    PinWrong,
    ReaderBack,
    ReaderLost,
    StaffPressed,
    TimePassed,
    VisitEvent,
)
from appliance.eligibility.visit import Phase


@dataclass(frozen=True)
class Limits:
    """How long a patient may leave a page untouched, the center may take, an end stays once the card is gone."""

    untouched: timedelta = timedelta(seconds=60)
    asking: timedelta = timedelta(seconds=8)
    ending: timedelta = timedelta(seconds=6)


_OPEN = (Phase.READING, Phase.PIN, Phase.CHECKING_PIN, Phase.CONSENTS)
_FAILABLE = (*_OPEN, Phase.ASKING)
_ENDED = (Phase.DONE, Phase.DEFERRED, Phase.FAILED)


@dataclass(frozen=True)
class Visit:
    """Where a reader stands. `deadline` is when something happens by itself; `visit` is None while nobody is there."""

    phase: Phase = Phase.OFFLINE
    visit: str | None = None
    tries_left: int | None = None
    trouble_code: str | None = None
    staff_called: bool = False
    card_present: bool = False
    check_id: str | None = None
    deadline: datetime | None = None


Step = tuple[Visit, tuple[Action, ...]]


def step(now_at: Visit, event: VisitEvent, now: datetime, limits: Limits) -> Step:
    """The state after `event` at `now`, and what to do. An event that does not fit the phase changes nothing."""
    match event:
        case ReaderLost(code):
            return Visit(trouble_code=code), (Action.LET_GO,)
        case ReaderBack():
            return (Visit(Phase.IDLE), ()) if now_at.phase is Phase.OFFLINE else (now_at, ())
        case CardLaid(visit):
            laid = Visit(Phase.READING, visit, card_present=True, deadline=now + limits.untouched)
            return laid, (Action.LET_GO, Action.READ_CARD)
        case StaffPressed():
            return (replace(now_at, staff_called=True) if now_at.visit else now_at), ()
        case TimePassed():
            return _time_passed(now_at, now, limits)
        case CardTaken():
            return _card_taken(now_at, now, limits)
        case Failed(code, tries_left):
            return (
                _failed(now_at, code, tries_left, now, limits) if now_at.phase in _FAILABLE else (now_at, ())
            )
        case CancelPressed():
            return _failed(now_at, "VISIT-003", None, now, limits) if now_at.phase in _OPEN else (now_at, ())
        case _:
            return _forward(now_at, event, now, limits)


def _forward(now_at: Visit, event: VisitEvent, now: datetime, limits: Limits) -> Step:
    """The main path: each event counts in one phase only."""
    match now_at.phase, event:
        case Phase.READING, CardRead(tries_left):
            return _ask_pin(now_at, tries_left, None, now, limits)
        case Phase.PIN, PinTyped():
            return replace(now_at, phase=Phase.CHECKING_PIN, deadline=None), (Action.PROVE_HOLDER,)
        case Phase.CHECKING_PIN, PinWrong(tries_left):
            return _ask_pin(now_at, tries_left, "CARD-004", now, limits)
        case Phase.CHECKING_PIN, HolderProved():
            proved = replace(
                now_at,
                phase=Phase.CONSENTS,
                trouble_code=None,
                tries_left=None,
                deadline=now + limits.untouched,
            )
            return proved, (Action.LET_GO,)
        case Phase.CONSENTS, ConsentsGiven():
            return replace(now_at, phase=Phase.ASKING, deadline=now + limits.asking), (Action.OPEN_CHECK,)
        case Phase.ASKING, CheckOpened(check_id):
            return replace(now_at, check_id=check_id), ()
        case ((Phase.ASKING | Phase.DEFERRED), CheckAnswered(is_confirmed)):
            phase, code = (Phase.DONE, None) if is_confirmed else (Phase.FAILED, "VISIT-004")
            return _ending(replace(now_at, phase=phase, trouble_code=code), now, limits), ()
        case Phase.ASKING, CheckDeferred():
            return _ending(replace(now_at, phase=Phase.DEFERRED), now, limits), ()
    return now_at, ()


def _ask_pin(now_at: Visit, tries_left: int, code: str | None, now: datetime, limits: Limits) -> Step:
    """The PIN page, unless the last try would be at stake: that one stays with the patient."""
    if tries_left <= 1:
        return _failed(now_at, "CARD-005" if tries_left else "CARD-006", tries_left, now, limits)
    asked = replace(
        now_at, phase=Phase.PIN, tries_left=tries_left, trouble_code=code, deadline=now + limits.untouched
    )
    return asked, ()


def _failed(now_at: Visit, code: str, tries_left: int | None, now: datetime, limits: Limits) -> Step:
    over = replace(now_at, phase=Phase.FAILED, trouble_code=code, tries_left=tries_left)
    return _ending(over, now, limits), (Action.LET_GO,)


def _ending(now_at: Visit, now: datetime, limits: Limits) -> Visit:
    """An end stays until the card is taken, or for a moment when it is gone already."""
    return replace(now_at, deadline=None if now_at.card_present else now + limits.ending)


def _card_taken(now_at: Visit, now: datetime, limits: Limits) -> Step:
    gone = replace(now_at, card_present=False)
    if now_at.phase in _OPEN:
        return _failed(gone, "CARD-003", None, now, limits)
    if now_at.phase in _ENDED:
        # A failure is still to be read after the card was taken; a success is not.
        lasting = now_at.phase is Phase.FAILED and now_at.trouble_code is not None
        return (_ending(gone, now, limits), ()) if lasting else (Visit(Phase.IDLE), ())
    return gone, ()


def _time_passed(now_at: Visit, now: datetime, limits: Limits) -> Step:
    if now_at.deadline is None or now < now_at.deadline:
        return now_at, ()
    if now_at.phase in _ENDED:
        return Visit(Phase.IDLE), ()
    if now_at.phase is Phase.ASKING:
        return _ending(replace(now_at, phase=Phase.DEFERRED), now, limits), ()
    return _failed(now_at, "VISIT-002", None, now, limits)
