"""A visit by face before a screen that draws nothing: the same stream and touches as the page's, and the demo's person, who obeys at once."""

import time
from dataclasses import asdict, dataclass

from appliance.demo import people
from appliance.demo.camera_client import CameraKnobs
from appliance.eligibility.visit import ALL_CONSENTS, Hint, Phase, Way
from appliance.hatch import JudgedHolder, pass_through
from appliance.settings import Box
from benchmarks.demo_world import Demo
from benchmarks.plain_screen import PlainScreen
from benchmarks.screens import PAUSE

_YAW = {Hint.TURN_LEFT: 37.0, Hint.TURN_RIGHT: -37.0}
_HINT = 6
"""Where the hint stands in a screen's key."""


@dataclass(frozen=True)
class LedByFace:
    """Seconds of each of the box's spans; `given` is the moment when the consents were touched.

    `way`: chosen → number asked for; `photo`: number known → the camera looks; `look`: → judged by the box, the person's turns in
    it; `confirmed`: reception said yes → consents asked for. With the card shown, `shown`: held up → number read, and `photo` begins when
    it is laid back.
    """

    first: float
    way: float
    photo: float
    look: float
    confirmed: float
    given: float
    shown: float = 0.0


class FaceVisits:
    """The patients at reader `number` of a demo with cameras."""

    def __init__(self, running: Demo, number: int) -> None:
        self._running = running
        self._number = number
        self._screen = PlainScreen(running, number)
        self._camera = CameraKnobs(running.root)

    def close(self) -> None:
        """Leave the stream."""
        self._screen.close()

    def lead(self, person: str, *, shows_card: bool) -> LedByFace:
        """Lead the visit that has just begun by laying the card of `person`, until the consents are given."""
        screen = self._screen
        first, key = screen.shown(Phase.CHOOSE)
        visit = key.partition("|")[0]
        time.sleep(PAUSE)
        chosen = screen.touch("way", key, way=Way.FACE)
        asked, key = screen.shown(Phase.CARD_NUMBER)
        time.sleep(PAUSE)
        shown, known = (
            self._show(person, key)
            if shows_card
            else (0.0, screen.touch("number", key, number=_number(person)))
        )
        looking, judged = self._look()
        time.sleep(PAUSE)
        said = time.perf_counter()
        pass_through(
            Box(self._running.root).hatch_socket,
            JudgedHolder(str(self._number), visit, "uketsuke", same=True),
        )
        consents, key = screen.shown(Phase.CONSENTS)
        time.sleep(PAUSE)
        given = screen.touch("consents", key, consents=asdict(ALL_CONSENTS))
        return LedByFace(
            first, asked - chosen, looking - known, judged - looking, consents - said, given, shown
        )

    def _show(self, person: str, key: str) -> tuple[float, float]:
        """Seconds until the number was read, and the moment when the card was laid back."""
        screen, cards = self._screen, self._running.cards
        screen.touch("show", key)
        screen.shown(Phase.SHOW_CARD)
        cards.remove(self._number)
        self._camera.hold_card(person)
        held = time.perf_counter()
        read, _ = screen.shown(Phase.LAY_BACK)
        self._camera.show(person)
        cards.insert(self._number, person)
        return read - held, time.perf_counter()

    def _look(self) -> tuple[float, float]:
        """When the camera began to look, and when the box had judged; the head turns as the screen says."""
        began = 0.0
        while True:
            moment, parts = self._screen.next()
            if parts[1] == Phase.GLANCE:
                return began, moment
            if parts[1] == Phase.FACE and parts[_HINT] != "None":
                began = began or moment
                self._camera.turn(_YAW.get(Hint(parts[_HINT]), 0.0))


def _number(person: str) -> str:
    return people.person(person).verification_number_b
