"""The box's own time of a whole visit by face: card → choice → number → photo → camera → reception's glance → consents → result.

As benchmark `box` measures a visit by PIN: a whole demo, a screen that draws nothing, the reception page in Chromium, an MQTT
subscriber and the folder; between the box's spans it waits for a person. What card and center say they worked is taken out. The look is
shown apart: its length is set by five frames and by how a person turns the head, which the demo's person does at once.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from appliance.demo.camera_client import CameraKnobs
from appliance.demo.center_client import CenterKnobs
from benchmarks.bench_box import PLACES
from benchmarks.demo_pages import SeenPage, chromium, open_page
from benchmarks.demo_world import Demo, Sinks, demo, moment, sinks
from benchmarks.face_visit import FaceVisits, LedByFace
from benchmarks.report import Report, Row, milliseconds

TYPED, SHOWN = 20, 10
WARM_UP = 2
PERSON = "p01"
REST = 0.3


@dataclass(frozen=True)
class Visit:
    """One visit in seconds: to the first question, its spans, what the card worked, the result at each place, the center's work."""

    first: float
    led: LedByFace
    worked: float
    results: tuple[float, float, float]
    center: float

    @property
    def own(self) -> float:
        """The box's own time up to the reception page, without the look."""
        spans = self.first + self.led.way + self.led.photo + self.led.confirmed + self.results[0]
        return spans - self.worked - self.center


def run() -> Report:
    """Start a demo with a camera, lead the visits, stop it."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        demo(Path(folder), 1, "--face") as running,
        sinks(running) as found,
        chromium() as browser,
    ):
        board = open_page(browser, running, "reception", "/")
        visits = FaceVisits(running, 1)
        led = [_visit(running, found, board, visits, shows_card=False) for _ in range(WARM_UP + TYPED)][
            WARM_UP:
        ]
        shown = [_visit(running, found, board, visits, shows_card=True) for _ in range(SHOWN)]
        visits.close()
    return Report(
        "(b2) The box's own time of a visit by face",
        (*_rows("number typed", led), *_rows("card shown to the camera", shown)),
        notes=(
            "what card and center say they worked is taken out of the sum, pcscd's look at its readers (up to 400 ms) comes before it",
            "the look is not in the sum: five compared frames and a turn of the head, which the demo's person makes at once",
            "with the card shown, number → camera begins when the card is laid back, pcscd's look and the first reading of the card in it",
        ),
    )


def _visit(running: Demo, found: Sinks, board: SeenPage, visits: FaceVisits, *, shows_card: bool) -> Visit:
    time.sleep(REST)
    CameraKnobs(running.root).show(PERSON)
    worked = running.card_seconds()
    running.cards.insert(1, PERSON)
    laid = found.card()
    led = visits.lead(PERSON, shows_card=shows_card)
    if shows_card:
        found.card()
    at_mqtt, check_id = moment(found.mqtt)
    at_folder, _ = moment(found.folder)
    at_board = board.moment(board.ask("id => bench.answered(id)", check_id))
    worked = running.card_seconds() - worked
    running.cards.remove(1)
    center = float(CenterKnobs(running.root).ask("state")["seconds"][check_id])
    results = (at_board - led.given, at_mqtt - led.given, at_folder - led.given)
    return Visit(led.first - laid, led, worked, results, center)


def _rows(name: str, visits: list[Visit]) -> list[Row]:
    columns = {
        "card → ways offered": [one.first for one in visits],
        "way → number asked for": [one.led.way for one in visits],
        "card held up → number read": [one.led.shown for one in visits if one.led.shown],
        "number → camera looks, photo read": [one.led.photo for one in visits],
        "the look itself": [one.led.look for one in visits],
        "reception's word → consents asked for": [one.led.confirmed for one in visits],
        **{
            f"consents → {place}, center and all": [one.results[at] for one in visits]
            for at, place in enumerate(PLACES)
        },
        "the card's own work": [one.worked for one in visits],
        "the center's own work": [one.center for one in visits],
        "the box's own time, card → reception page, without the look": [one.own for one in visits],
    }
    return [Row(f"{name}: {what}", milliseconds(times)) for what, times in columns.items() if times]
