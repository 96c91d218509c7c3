"""One patient before one reader, and the receptionist who sees that reader's tile."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from appliance.demo.cards import Cards
from appliance.demo.center_client import CenterKnobs
from appliance.eligibility.visit import Language, Phase
from appliance.ledger import checks
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.settings import Box
from appliance.web.patient.languages import WORDS
from appliance.web.patient.words import PhaseWords
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, at_phase, signed_in


@dataclass(frozen=True)
class Seat:
    """`screen` is the patient's page at `reader`, `desk` the board."""

    demo: DemoBox
    desk: Page
    screen: Page
    reader: int = 1

    @property
    def cards(self) -> Cards:
        return Cards(self.demo.root)

    @property
    def center(self) -> CenterKnobs:
        return CenterKnobs(self.demo.root)

    @property
    def tile(self) -> str:
        """Where the board shows this reader."""
        return f"[data-reader='{self.reader}']"

    def lay(self, person: str) -> None:
        """Lay a card down; returns when the screen shows the visit it begins, and no earlier one."""
        before = self.screen.locator(".stage").get_attribute("data-visit")
        self.cards.insert(self.reader, person)
        begun = f".stage:not([data-visit='{before}']):not([data-visit=''])"
        expect(self.screen.locator(begun)).to_be_visible(timeout=WAIT_MS)

    def take(self) -> None:
        """Take whatever lies there."""
        self.cards.remove(self.reader)

    def says(self, phase: Phase, words: PhaseWords) -> None:
        """The screen has come to `phase` and says exactly this."""
        at_phase(self.screen, phase)
        stage = self.screen.locator(f"[data-phase={phase}]")
        for place, text in (("h1", words.title), (".line", words.line), (".follow", words.follow)):
            if text:
                expect(stage.locator(f".message-words {place}")).to_have_text(text, timeout=WAIT_MS)

    def says_on_tile(self, words: str) -> None:
        expect(self.desk.locator(self.tile)).to_contain_text(words, timeout=WAIT_MS)

    def presses(self, words: str) -> None:
        """Press the button that says so."""
        self.screen.get_by_role("button", name=words, exact=True).click()

    def chooses(self, language: Language) -> None:
        """Choose the language of the screen before a card is laid."""
        self.screen.click("#options")
        self.screen.click(f"[data-language='{language}']")
        expect(self.screen.locator(f".stage:lang({language})[data-phase=idle]")).to_be_visible(
            timeout=WAIT_MS
        )

    def is_idle(self) -> None:
        at_phase(self.screen, Phase.IDLE)


@contextmanager
def seated(browser: Browser, demo: DemoBox, reader: int = 1) -> Iterator[Seat]:
    """A seat at `reader`; the card is taken again at the end."""
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", f"/patient/{reader}") as screen,
    ):
        seat = Seat(demo, desk, screen, reader)
        try:
            yield seat
        finally:
            seat.take()


def newest(demo: DemoBox, count: int) -> tuple[Check, ...]:
    """The newest checks as the ledger has them."""
    ledger = Ledger.of(Box(demo.root))
    try:
        return checks.recent(ledger, count)
    finally:
        ledger.close()


def trouble_words(code: str, language: Language = Language.JAPANESE) -> PhaseWords:
    return WORDS[language].of_trouble(code)


def without_space(text: str) -> str:
    """For comparing words that a page breaks into lines."""
    return re.sub(r"\s", "", text)


def end_devices(demo: DemoBox) -> None:
    """End the demo's devices process; the demo starts it again, with the settings as they are then."""
    children = Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children").read_text("ascii").split()
    (devices,) = [pid for pid in children if b"devices" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(devices), signal.SIGTERM)
