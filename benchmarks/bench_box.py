"""(b) The box's own time from a card to its result on the reception page, at an MQTT subscriber and in the folder.

A whole demo runs; nothing of it is changed. Per visit three spans are the box's, between them it waits for a person:

- card: pcscd tells of a card → the patient's screen asks for the PIN
- PIN: the last key is touched on the screen → the screen asks for consents
- result: the consents are touched on the screen → the result is at each of the three places

A place's sum is all three spans; what card and center say they worked is taken out, the ways to them are left in. The
visits come in two series: led by a screen that draws nothing (`PlainScreen`), and led by the patient's pages in Chromium.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.demo.center_client import CenterKnobs
from appliance.demo.people import DEMO_PIN
from benchmarks.demo_pages import SeenPage, chromium, open_page
from benchmarks.demo_world import Demo, Sinks, demo, moment, sinks
from benchmarks.plain_screen import PlainScreen
from benchmarks.report import Aim, Report, Row, milliseconds
from benchmarks.screens import PageScreen, Screen

VISITS = 60
WARM_UP = 4
PEOPLE = ("p01", "p02")
"""One a reader: while one card is taken away the next lies on the other reader already."""

REST = 0.1
BARE_WORK = 0.03
MOST_P50_MS, MOST_P99_MS = 50.0, 200.0
PLACES = ("reception page", "MQTT subscriber", "folder")
PLAIN, PAGES = "plain screen", "patient's page"
CARD, PIN = "card → PIN asked for", "PIN → consents asked for"
CROWD = "for judging the rest: 30 ms of bare work"
HOP = "for judging the rest: one empty request from it"
WORKED, CENTER = "the card's own work", "the center's own work"


@dataclass(frozen=True)
class Visit:
    """One visit in seconds: how crowded the machine was, what one request takes, what the card `worked`, the spans.

    `results` are the third span, for each place in the order of `PLACES`.
    """

    check_id: str
    crowd: float
    hop: float
    worked: float
    card: float
    pin: float
    results: tuple[float, float, float]


class Seat:
    """One reader: whose card comes there, and the patient's screen."""

    def __init__(self, number: int, person: str, screen: Screen) -> None:
        self._number = number
        self._person = person
        self._screen = screen

    def visit(self, running: Demo, found: Sinks, board: SeenPage) -> Visit:
        """Lead one visit from the card laid to the card taken, and see the result everywhere."""
        time.sleep(REST)
        crowd, hop = _bare_work(), self._screen.hop()
        worked = running.card_seconds()
        running.cards.insert(self._number, self._person)
        laid = found.card()
        led = self._screen.visit(DEMO_PIN)
        at_mqtt, check_id = moment(found.mqtt)
        at_folder, _ = moment(found.folder)
        at_board = board.moment(board.ask("id => bench.answered(id)", check_id))
        worked = running.card_seconds() - worked
        running.cards.remove(self._number)
        return Visit(
            check_id,
            crowd=crowd,
            hop=hop,
            worked=worked,
            card=led.pin - laid,
            pin=led.consents - led.typed,
            results=(at_board - led.given, at_mqtt - led.given, at_folder - led.given),
        )


def _bare_work() -> float:
    """Seconds until this thread has worked for `BARE_WORK`: what is more is what other programs took away."""
    begun, until = time.perf_counter(), time.thread_time() + BARE_WORK
    while time.thread_time() < until:
        pass
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Series:
    """The visits led by one kind of screen, and how long the center worked in each."""

    name: str
    visits: list[Visit]
    center: list[float]

    def rows(self) -> list[Row]:
        """What was measured, and last the sums."""
        visits = self.visits
        columns = {
            CROWD: [visit.crowd for visit in visits],
            HOP: [visit.hop for visit in visits],
            CARD: [visit.card for visit in visits],
            PIN: [visit.pin for visit in visits],
        }
        for at, place in enumerate(PLACES):
            columns[f"consents → {place}, center and all"] = [visit.results[at] for visit in visits]
        columns |= {WORKED: [visit.worked for visit in visits], CENTER: self.center}
        measured = [Row(f"{self.name}: {what}", milliseconds(seconds)) for what, seconds in columns.items()]
        return [*measured, *self.sums()]

    def sums(self) -> list[Row]:
        """The box's own time up to each place."""
        return [
            Row(
                f"{self.name}: the box's own time, card → {place}",
                milliseconds(
                    [
                        visit.card + visit.pin + visit.results[at] - visit.worked - work
                        for visit, work in zip(self.visits, self.center, strict=True)
                    ]
                ),
            )
            for at, place in enumerate(PLACES)
        ]


def run() -> Report:
    """Start a demo, lead the visits, stop it."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        demo(Path(folder), len(PEOPLE)) as running,
        sinks(running) as found,
        chromium() as browser,
    ):
        board = open_page(browser, running, "reception", "/")
        numbers = range(1, 1 + len(PEOPLE))
        plain = [PlainScreen(running, number) for number in numbers]
        first = _series(PLAIN, plain, running, found, board)
        for screen in plain:
            screen.close()
        pages = [open_page(browser, running, "patient_screen", f"/patient/{number}") for number in numbers]
        second = _series(PAGES, [PageScreen(page) for page in pages], running, found, board)
    return _report((first, second), max(page.error for page in (board, *pages)))


def _series(name: str, screens: Sequence[Screen], running: Demo, found: Sinks, board: SeenPage) -> Series:
    seats = [Seat(number, *pair) for number, pair in enumerate(zip(PEOPLE, screens, strict=True), start=1)]
    turns = [seats[turn % len(seats)] for turn in range(WARM_UP + VISITS)]
    visits = [seat.visit(running, found, board) for seat in turns][WARM_UP:]
    worked = CenterKnobs(running.root).ask("state")["seconds"]
    return Series(name, visits, [float(worked[visit.check_id]) for visit in visits])


def _report(series: Sequence[Series], error: float) -> Report:
    return Report(
        "(b) The box's own time from a card to its result",
        tuple(row for one in series for row in one.rows()),
        tuple(_aim(row) for one in series for row in one.sums()),
        (
            f"times in pages are right to ±{1000 * error:.1f} ms; what Chromium draws later is not in",
            "pcscd looks at its readers every 400 ms; that wait is pcscd's and is not in",
            "what card and center say they worked is taken out; the ways to them (pcscd, TLS) are in",
            f"the promise is about the {PLAIN}; with the {PAGES} two pages more are drawn by the same processors",
        ),
    )


def _aim(row: Row) -> Aim:
    return Aim(
        f"{row.name} p50 under {MOST_P50_MS:g} ms, p99 under {MOST_P99_MS:g} ms",
        f"p50 {row.p50:.1f} ms, p99 {row.p99:.1f} ms",
        row.p50 < MOST_P50_MS and row.p99 < MOST_P99_MS,
    )
