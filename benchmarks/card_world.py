"""A virtual card behind the real pcscd for benchmark (a), and our own way of using it."""

import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.demo import paths
from appliance.demo.card_ca import trust_anchors
from appliance.demo.cards import Cards, start_card_world
from appliance.demo.people import DEMO_PIN
from appliance.devices.card_desk import CardDesk
from appliance.devices.events import CardPresent, WatcherEvent
from appliance.devices.pin import Pin
from appliance.devices.watcher import ReaderWatcher

INSTITUTION_CODE = "1319999999"
PERSON = "p01"
PIN = DEMO_PIN


@dataclass(frozen=True)
class LaidCard:
    """A card that pcscd has noticed: the world it is in, its reader's PC/SC name, the CAs of its certificate."""

    cards: Cards
    reader: str
    trust: Path

    def apdus(self) -> int:
        """How many commands the card has seen so far."""
        return int(self.cards.state()["readers"][0]["apdus"])


@contextmanager
def laid_card(folder: Path) -> Iterator[LaidCard]:
    """A card on a reader, in `folder`. Points this process's PC/SC at it for good, before the first call."""
    world = start_card_world(folder, 1)
    try:
        os.environ["PCSCLITE_CSOCK_NAME"] = str(world.pcscd_socket)
        trust = folder / "trust"
        trust.mkdir()
        for name, pem in trust_anchors(paths.cards_folder(folder), datetime.now(UTC)).items():
            (trust / name).write_bytes(pem)
        world.insert(1, PERSON)
        yield LaidCard(world, _noticed(), trust)
    finally:
        world.stop()


def _noticed() -> str:
    """The name of the reader on which a card has been noticed."""
    events: queue.SimpleQueue[WatcherEvent] = queue.SimpleQueue()
    with ReaderWatcher(events.put):
        while True:
            event = events.get(timeout=20)
            if isinstance(event, CardPresent):
                return event.name


def prove_holder(reader: str, trust: Path) -> None:
    """What the devices process does with a card in one visit, from opening it to leaving it reset.

    Reads and verifies the certificate, asks the tries left, shows the PIN, has a challenge signed and verifies that.
    """
    desk = CardDesk(trust)
    try:
        desk.read(reader, datetime.now(UTC))
        desk.prove_holder(Pin(PIN), INSTITUTION_CODE, datetime.now(UTC))
    finally:
        desk.let_go()
