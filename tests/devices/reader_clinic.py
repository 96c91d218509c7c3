"""A devices process over a card world, as the tests of whole visits use it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smartcard import scard

from appliance.demo import paths
from appliance.demo.card_ca import trust_anchors
from appliance.demo.cards import CardWorldHandle
from appliance.devices.ladder import Pauses
from appliance.devices.service import DevicesService
from appliance.eligibility.visit import ALL_CONSENTS, Language, Phase
from appliance.hatch import GivenConsents, TypedPin, pass_through
from appliance.ledger import readers
from appliance.ledger.database import Ledger
from appliance.ledger.readers import Reader
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings

CODE = "1319999999"
PATIENCE = timedelta(seconds=20)


def until(ledger: Ledger, number: int, wanted: Callable[[Reader], bool]) -> Reader:
    """The reader once it is as wanted."""
    deadline = utc_now() + PATIENCE
    seen = None
    with ledger.listen() as ear:
        while utc_now() < deadline:
            seen = readers.find(ledger, str(number))
            if seen is not None and wanted(seen):
                return seen
            ear.wait()
    raise AssertionError(f"reader {number} stayed {seen}")


class Clinic:
    """A running devices process, seen through the ledger and touched through the hatch."""

    def __init__(self, box: Box, ledger: Ledger, world: CardWorldHandle) -> None:
        self.box = box
        self.ledger = ledger
        self.world = world

    def until(self, number: int, wanted: Callable[[Reader], bool]) -> Reader:
        """The reader once it is as wanted."""
        return until(self.ledger, number, wanted)

    def at(self, number: int, phase: Phase) -> Reader:
        return self.until(number, lambda reader: reader.phase is phase)

    def pin(self, number: int, pin: str = "1234") -> Reader:
        at = self.at(number, Phase.PIN)
        pass_through(self.box.hatch_socket, TypedPin(str(number), at.visit or "", pin, at.tries_left))
        return at

    def consents(self, number: int, language: Language | None = None) -> None:
        at = self.at(number, Phase.CONSENTS)
        given = GivenConsents(str(number), at.visit or "", ALL_CONSENTS, language=language)
        pass_through(self.box.hatch_socket, given)


def wait_until_pcscd_sees_no_card() -> None:
    """pcscd looks every 400 ms; the next test must not meet this one's card."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, names = scard.SCardListReaders(context, [])
    for name in names:
        state = scard.SCARD_STATE_UNAWARE
        while not state & scard.SCARD_STATE_EMPTY:
            _, states = scard.SCardGetStatusChange(context, 5000, [(name, state)])
            state = states[0][1] & ~scard.SCARD_STATE_CHANGED
    scard.SCardReleaseContext(context)


def open_clinic(
    box_dir: Path,
    world: CardWorldHandle,
    count: int,
    pauses: Pauses | None = None,
    people: tuple[str, ...] = ("p01", "p02", "p31"),
) -> Iterator[Clinic]:
    """A clinic with `count` idle readers; cleared away after the `yield`, with pcscd back and no card on a reader."""
    box = Box(box_dir)
    box.create()
    for name, pem in trust_anchors(paths.cards_folder(world.state_folder), datetime.now(UTC)).items():
        (box.card_trust_dir / name).write_bytes(pem)
    for who in people:
        world.restore_pins(who)
    ledger = Ledger.of(box)
    settings = Settings(institution_code=CODE, visit_ending=0.3)
    service = DevicesService(box, settings, ledger, utc_now, pauses)
    found = Clinic(box, ledger, world)
    for number in range(1, count + 1):
        found.at(number, Phase.IDLE)
    yield found
    for number in range(1, count + 1):
        world.die_after(number, None)
        world.stick(number, "")
    service.close()
    ledger.close()
    for number in range(1, count + 1):
        world.remove(number)
    wait_until_pcscd_sees_no_card()
