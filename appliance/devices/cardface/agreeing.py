"""Frame after frame until several agree on what the card says, or the time is over. Pure but for the worker that looks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from appliance.devices.cardface.results import CardReason, CardSeen
from appliance.eligibility.card_face import CardFace
from appliance.ledger.times import clinic_day

ENOUGH_FRAMES = 3


class Looker(Protocol):
    """What is needed of `worker.FaceWorker`."""

    def look_at_card(self) -> CardSeen:
        """The next frame. Raises `Trouble`."""


def agreed_number(
    worker: Looker, clock: Callable[[], datetime], tell: Callable[[CardReason], bool], longest: timedelta
) -> str | None:
    """照合番号B when `ENOUGH_FRAMES` readings one after the other say the same and a valid card can say so; None otherwise.

    A reading that differs begins the count anew; a frame without one does not. `tell` hears of every frame and ends it by
    answering False. Raises `Trouble` as the worker does.
    """
    begun = clock()
    face: CardFace | None = None
    agreeing = 0
    while clock() - begun < longest:
        seen = worker.look_at_card()
        reason = seen.reason
        if seen.face is not None:
            if not seen.face.is_plausible(clinic_day(clock())):
                face, agreeing, reason = None, 0, CardReason.UNCLEAR
            else:
                agreeing = agreeing + 1 if seen.face == face else 1
                face = seen.face
        if not tell(reason):
            return None
        if face is not None and agreeing >= ENOUGH_FRAMES:
            return face.number_b
    return None
