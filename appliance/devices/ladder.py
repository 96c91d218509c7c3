"""How far the recovery of a reader has got, as a pure state machine: signs and time in, the next rung out.

Time is in seconds of a clock that only runs forward. A rung is never taken twice before the reader has worked again.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.eligibility.reader_recovery import Rung


class Sign(StrEnum):
    """What shows that a reader fails. The last three last until they end; the first two are counted."""

    MUTE = "mute"
    """A card lies there and gives no sensible answer."""
    BROKEN = "broken"
    """The way to the card broke while it was used. Most often a hand was too quick."""
    GONE = "gone"
    FLAPPING = "flapping"
    NO_SERVICE = "no-service"


@dataclass(frozen=True)
class Pauses:
    """Seconds. `look`: how long something has to last to be noticed; `first`: how long it may last before more is done than to
    look again; `settle`: what a restart or a power cycle gets to show its effect; `flapping`: the time in which `flaps`
    departures are too many, and that has to pass without one; `others`: how long a restart waits for the visits at other
    readers; `hour`: over which restarts are counted; `hung`: after which silence the service counts as not answering;
    `reopen`: before a card is tried once more.
    """

    look: float = 2.0
    first: float = 20.0
    settle: float = 15.0
    flapping: float = 60.0
    flaps: int = 4
    others: float = 120.0
    hour: float = 3600.0
    hung: float = 10.0
    reopen: float = 0.3


@dataclass(frozen=True)
class Ladder:
    """`failures` are those since the last climb; nothing climbs before `until`."""

    rung: Rung = Rung.NONE
    failures: int = 0
    until: float = 0.0


_ORDER = tuple(Rung)
_IN_A_ROW = {Rung.NONE: 1, Rung.REOPEN: 1, Rung.NEW_CONTEXT: 3, Rung.RESTART: 2, Rung.POWER_CYCLE: 2}
_BROKEN_IN_A_ROW = 3
_SLOW = (Rung.RESTART, Rung.POWER_CYCLE)


def failed(ladder: Ladder, sign: Sign, now: float, pauses: Pauses, barred: Collection[Rung] = ()) -> Ladder:
    """After one more failure that is counted; `barred` rungs are passed over."""
    if ladder.rung is Rung.PERSON or now < ladder.until:
        return ladder
    needed = _IN_A_ROW[ladder.rung]
    if sign is Sign.BROKEN:
        needed = max(needed, _BROKEN_IN_A_ROW)
    if ladder.failures + 1 < needed:
        return replace(ladder, failures=ladder.failures + 1)
    return climbed(ladder, now, pauses, barred)


def lasts(ladder: Ladder, now: float, pauses: Pauses, barred: Collection[Rung] = ()) -> Ladder:
    """While something lasts: first the rung of looking anew, then one rung after each pause."""
    if ladder.rung is Rung.PERSON or now < ladder.until:
        return ladder
    if ladder.rung in (Rung.NONE, Rung.REOPEN):
        return Ladder(Rung.NEW_CONTEXT, until=now + pauses.first)
    return climbed(ladder, now, pauses, barred)


def climbed(ladder: Ladder, now: float, pauses: Pauses, barred: Collection[Rung] = ()) -> Ladder:
    """One rung higher. `PERSON` is the last and can not be barred."""
    higher = _ORDER[_ORDER.index(ladder.rung) + 1 :]
    rung = next((one for one in higher if one not in barred), Rung.PERSON)
    return Ladder(rung, until=now + pauses.settle if rung in _SLOW else now)
