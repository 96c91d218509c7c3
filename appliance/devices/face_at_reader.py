"""The face as a way at one reader: its number shown to the camera, the card's photo, one look after another for the visit."""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from appliance.devices.cardface.agreeing import agreed_number
from appliance.devices.cardface.results import CardReason
from appliance.devices.connection import CardConnection
from appliance.devices.face.attempt import Progress, attempt
from appliance.devices.face.challenge import RULES, State, Turn
from appliance.devices.face.model import STOCK, load_record
from appliance.devices.face.results import Reason
from appliance.devices.face.verdict import Outcome, Verdict
from appliance.devices.face.worker import FaceWorker
from appliance.devices.surface import read_photo
from appliance.devices.visit_events import (
    FaceAlike,
    FaceHint,
    FaceNot,
    FaceSame,
    NumberNotSeen,
    NumberSeen,
    VisitEvent,
)
from appliance.devices.visit_ways import FACE_TOO_LONG
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Hint
from appliance.ledger.times import Clock

_log = logging.getLogger(__name__)

Tell = Callable[[VisitEvent], None]
SHOWING = timedelta(seconds=28)
"""How long the camera looks for a card: a little less than the visit waits."""

_CARD_HINTS = {
    CardReason.READ: Hint.CARD_HOLD,
    CardReason.UNCLEAR: Hint.CARD_HOLD,
    CardReason.NO_CARD: Hint.CARD_SHOW,
    CardReason.OTHER_SIDE: Hint.CARD_SIDE,
    CardReason.TOO_FAR: Hint.CARD_FAR,
    CardReason.TOO_DARK: Hint.CARD_DARK,
    CardReason.GLARE: Hint.CARD_GLARE,
    CardReason.BLURRED: Hint.CARD_BLURRED,
}
_TURN_HINTS = {Turn.LEFT: Hint.TURN_LEFT, Turn.RIGHT: Hint.TURN_RIGHT}


class FaceAtReader:
    """A `holder_ways.FaceWay`. The worker starts with the first photo and stays; each visit ends with `stop`."""

    def __init__(self, camera: str, record_file: Path | None, clock: Clock, longest: timedelta) -> None:
        """`record_file` None takes the record that comes with the box; `longest` is for one look.

        Raises `Trouble` FACE-001 for a bad record.
        """
        self._camera = camera
        self._record_file = record_file or STOCK
        self._model = load_record(self._record_file)
        self._clock = clock
        self._longest = longest
        self._worker: FaceWorker | None = None
        self._looking: threading.Thread | None = None
        self._stopping = threading.Event()
        self._number: str | None = None

    def read_photo(self, connection: CardConnection, number: str) -> None:
        """As `FaceWay`. The worker starts while the card reads: both take about a second."""
        photo = read_photo(connection, number)
        self._at_work().take_photo(photo)

    def watch_card(self, tell: Tell) -> None:
        """As `FaceWay`. The worker starts in the look's own thread: the patient is busy with the card."""
        self._begin(self._look_at_card, tell)

    def take_number(self) -> str | None:
        """As `FaceWay`."""
        number, self._number = self._number, None
        return number

    def watch(self, tell: Tell) -> None:
        """As `FaceWay`."""
        self._begin(self._look, tell)

    def _begin(self, look: Callable[[Tell], None], tell: Tell) -> None:
        self._end_look()
        self._stopping.clear()
        self._looking = threading.Thread(target=look, args=(tell,), name="face", daemon=True)
        self._looking.start()

    def stop(self) -> None:
        """As `FaceWay`."""
        self._end_look()
        self._number = None
        if self._worker is None:
            return
        try:
            self._worker.forget()
        except Trouble as trouble:
            self._lose_worker(trouble)

    def close(self) -> None:
        """End the worker too. May be called twice."""
        self._end_look()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _end_look(self) -> None:
        self._stopping.set()
        if self._looking is not None:
            self._looking.join()
            self._looking = None

    def _at_work(self) -> FaceWorker:
        if self._worker is None:
            self._worker = FaceWorker(self._camera, self._record_file)
        return self._worker

    def _look_at_card(self, tell: Tell) -> None:
        hints = self._hints(tell)
        try:
            worker = self._at_work()
            number = agreed_number(worker, self._clock, lambda seen: hints(_CARD_HINTS[seen]), SHOWING)
            # The lamp goes out while the card is laid back.
            worker.forget()
        except Trouble as trouble:
            self._lose_worker(trouble)
            number = None
        if not self._stopping.is_set():
            self._number = number
            tell(NumberNotSeen() if number is None else NumberSeen())

    def _hints(self, tell: Tell) -> Callable[[Hint], bool]:
        """Tells each change of the hint; answers whether to look on."""
        last: list[Hint] = []

        def hinted(hint: Hint) -> bool:
            if last[-1:] != [hint] and not self._stopping.is_set():
                last.append(hint)
                tell(FaceHint(hint))
            return not self._stopping.is_set()

        return hinted

    def _look(self, tell: Tell) -> None:
        worker = self._worker
        if worker is None:
            return
        hints = self._hints(tell)
        try:
            verdict = attempt(
                worker,
                self._model,
                (secrets.choice(tuple(Turn)),),
                self._clock,
                lambda seen: hints(_hint(seen)),
                replace(RULES, patience=self._longest),
                self._longest,
            )
        except Trouble as trouble:
            self._lose_worker(trouble)
            event: VisitEvent = FaceNot(FACE_TOO_LONG)
        else:
            event = _event_of(verdict)
        if not self._stopping.is_set():
            tell(event)

    def _lose_worker(self, trouble: Trouble) -> None:
        _log.warning("face: %s", trouble)
        if self._worker is not None:
            self._worker.close()
            self._worker = None


def _hint(seen: Progress) -> Hint:
    if seen.asked is State.TURN and seen.turn is not None:
        return _TURN_HINTS[seen.turn]
    # Whoever has just turned the head is asked back, not told off for it.
    if seen.seen is Reason.TURNED:
        return Hint.STRAIGHT
    return Hint.LOOK if seen.seen is Reason.GOOD else Hint(seen.seen.value)


def _event_of(verdict: Verdict) -> VisitEvent:
    match verdict.outcome:
        case Outcome.SAME:
            return FaceSame()
        case Outcome.LOOKS_ALIKE:
            return FaceAlike()
    return FaceNot(FACE_TOO_LONG)
