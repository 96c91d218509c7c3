"""(b) The box's own time from a card to its result on the reception page, at an MQTT subscriber and in the folder.

A whole demo runs; nothing of it is changed. Per visit three spans are the box's, between them it waits for a person:

- card: pcscd tells of a card → the patient's page asks for the PIN
- PIN: the last key is touched on the page → the page asks for consents
- result: the consents are touched on the page → the result is at each of the three places

A place's sum is all three spans; what card and center say they worked is taken out, the ways to them are left in.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from appliance.demo.center_client import CenterKnobs
from appliance.demo.people import DEMO_PIN
from benchmarks.demo_pages import SeenPage, chromium, open_page
from benchmarks.demo_world import Demo, Sinks, demo, moment, sinks
from benchmarks.report import Aim, Report, Row, milliseconds

VISITS = 60
WARM_UP = 4
PEOPLE = ("p01", "p02")
"""One a reader: while one card is taken away the next lies on the other reader already."""

REST = 0.1
BARE_WORK = 0.03
MOST_P50_MS, MOST_P99_MS = 50.0, 200.0
PLACES = ("reception page", "MQTT subscriber", "folder")
CARD, PIN = "card → PIN asked for", "PIN → consents asked for"
CROWD = "for judging the rest: 30 ms of bare work"
HOP = "for judging the rest: one empty request from a page"
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
    """One reader: whose card comes there, and its patient's page."""

    def __init__(self, number: int, person: str, page: SeenPage) -> None:
        self._number = number
        self._person = person
        self.page = page
        self._earlier = ""

    def visit(self, running: Demo, found: Sinks, board: SeenPage) -> Visit:
        """Lead one visit from the card laid to the card taken, and see the result everywhere."""
        time.sleep(REST)
        crowd, hop = _bare_work(), self.page.ask("bench.hop()") / 1000
        worked = running.card_seconds()
        running.cards.insert(self._number, self._person)
        laid = found.card()
        seen = self.page.ask("([earlier, pin]) => bench.visit(earlier, pin)", [self._earlier, DEMO_PIN])
        self._earlier = seen["visit"]
        at_mqtt, check_id = moment(found.mqtt)
        at_folder, _ = moment(found.folder)
        at_board = board.moment(board.ask("id => bench.answered(id)", check_id))
        worked = running.card_seconds() - worked
        running.cards.remove(self._number)
        given = self.page.moment(seen["given"])
        return Visit(
            check_id,
            crowd=crowd,
            hop=hop,
            worked=worked,
            card=self.page.moment(seen["pin"]) - laid,
            pin=(seen["consents"] - seen["typed"]) / 1000,
            results=(at_board - given, at_mqtt - given, at_folder - given),
        )


def _bare_work() -> float:
    """Seconds until this thread has worked for `BARE_WORK`: what is more is what other programs took away."""
    begun, until = time.perf_counter(), time.thread_time() + BARE_WORK
    while time.thread_time() < until:
        pass
    return time.perf_counter() - begun


def run() -> Report:
    """Start a demo, lead the visits, stop it."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        demo(Path(folder), len(PEOPLE)) as running,
        sinks(running) as found,
        chromium() as browser,
    ):
        board = open_page(browser, running, "reception", "/")
        seats = [
            Seat(number, person, open_page(browser, running, "patient_screen", f"/patient/{number}"))
            for number, person in enumerate(PEOPLE, start=1)
        ]
        turns = [seats[turn % len(seats)] for turn in range(WARM_UP + VISITS)]
        visits = [seat.visit(running, found, board) for seat in turns][WARM_UP:]
        worked = CenterKnobs(running.root).ask("state")["seconds"]
        center = [float(worked[visit.check_id]) for visit in visits]
    error = max(page.error for page in (board, *(seat.page for seat in seats)))
    return _report(visits, center, error)


def _report(visits: list[Visit], center: list[float], error: float) -> Report:
    rows = [
        Row(CROWD, milliseconds([visit.crowd for visit in visits])),
        Row(HOP, milliseconds([visit.hop for visit in visits])),
        Row(CARD, milliseconds([visit.card for visit in visits])),
        Row(PIN, milliseconds([visit.pin for visit in visits])),
    ]
    for at, place in enumerate(PLACES):
        rows.append(
            Row(f"consents → {place}, center and all", milliseconds([visit.results[at] for visit in visits]))
        )
    rows.append(Row(WORKED, milliseconds([visit.worked for visit in visits])))
    rows.append(Row(CENTER, milliseconds(center)))
    sums = [_sum(visits, center, at) for at in range(len(PLACES))]
    return Report(
        "(b) The box's own time from a card to its result",
        (*rows, *sums),
        tuple(_aim(row) for row in sums),
        (
            f"times in pages are right to ±{1000 * error:.1f} ms; what Chromium draws later is not in",
            "pcscd looks at its readers every 400 ms; that wait is pcscd's and is not in",
            "what card and center say they worked is taken out; the ways to them (pcscd, TLS) are in",
        ),
    )


def _sum(visits: list[Visit], center: list[float], at: int) -> Row:
    own = [
        visit.card + visit.pin + visit.results[at] - visit.worked - work
        for visit, work in zip(visits, center, strict=True)
    ]
    return Row(f"the box's own time: card → {PLACES[at]}", milliseconds(own))


def _aim(row: Row) -> Aim:
    return Aim(
        f"{row.name} p50 under {MOST_P50_MS:g} ms, p99 under {MOST_P99_MS:g} ms",
        f"p50 {row.p50:.1f} ms, p99 {row.p99:.1f} ms",
        row.p50 < MOST_P50_MS and row.p99 < MOST_P99_MS,
    )
