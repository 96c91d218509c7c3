"""From the card to the 電子カルテ, in the box's own image: a reader on its USB port, a stick, and the center beyond the network.

The guest's pcscd, libccid and kernel see a CCID reader (`usb_reader.py`); center and EMR are the demo's, on the machine that
runs the test. Nothing of the demo is in the guest.
"""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from appliance.demo import center_pki, paths
from appliance.demo.card_box import CardBox
from appliance.demo.card_ca import trust_anchors
from appliance.demo.center_client import RunningCenter, start_center
from appliance.demo.emr import Credentials, Emr, Inbox
from appliance.demo.people import DEMO_PIN, person
from appliance.eligibility.visit import Phase
from appliance.ledger.times import utc_now
from tests.image.conftest import CONFIG, FIRST_START, on_stick, stick, until_pages
from tests.image.machine import Machine
from tests.image.person import PageError, Person
from tests.image.test_weather import WORKING
from tests.image.usb_reader import UsbReader

pytestmark = pytest.mark.timeout(2400)

CLINIC = "1319999999"
HOST = "10.0.2.2"
"""How the guest calls the machine that it runs on."""
FOLDER = "/var/lib/madoguchi/folder/face"
PASSPHRASE = "a phrase for tests"
ADMINISTRATOR, PASSWORD = "kanri", "Mado-no-17-soto"
SECTOR = 512
PATIENCE = 240.0
_CODE = re.compile(r"セットアップコード ([0-9A-Z-]{12,})")
_STAGE = re.compile(r'data-phase="(\w+)" data-visit="([^"]*)"')
_ITEM = re.compile(r'data-consent="item" data-item="(\w+)"')


@dataclass(frozen=True)
class Outside:
    """What is around the box: center and cards in `state`, the stick that an engineer has prepared for it."""

    state: Path
    center: RunningCenter
    cards: CardBox
    stick: Path


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    state = tmp_path / "outside"
    now, cards = utc_now(), paths.cards_folder(state)
    anchors = trust_anchors(cards, now)
    center = start_center(state, names=(HOST,))
    port = center.url.rpartition(":")[2]
    center_ca = paths.center_folder(state) / "center-ca.pem"
    more = (
        f'[[consumer]]\nname = "receipt"\nkind = "folder"\n[settings]\ncenter_url = "https://{HOST}:{port}"\n'
    )
    plugged = stick(
        tmp_path / "stick",
        {
            "madoguchi.toml": CONFIG + more,
            "clinic.p12": center_pki.clinic_pkcs12(state, CLINIC, PASSPHRASE, now),
            "clinic.pass": PASSPHRASE,
            "trust/center/center.pem": center_ca.read_bytes(),
            **{f"trust/card/{name}": pem for name, pem in anchors.items()},
        },
    )
    try:
        yield Outside(state, center, CardBox(cards), plugged)
    finally:
        center.stop()


def test_a_card_on_the_usb_reader_reaches_the_emr(
    image: Path, tmp_path: Path, machines: list[Machine], outside: Outside
) -> None:
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(outside.stick,))
    reader = UsbReader(machine.folder)
    machine.extra = reader.devices
    machines.append(machine)
    machine.start()
    machine.until((machine.folder / "card").exists, "the reader's socket", 30)
    reader.connect()
    until_pages(machine)
    machine.run(f"until systemctl is-active -q {WORKING}; do sleep 2; done", FIRST_START)

    desk = _administrator(machine, outside.stick)
    emr = _emr(machine, desk, tmp_path)
    try:
        machine.until(lambda: emr.is_connected, "the EMR at the broker", PATIENCE)
        house = House(machine, reader, desk, outside, emr)
        house.is_well()
        house.figures("p01", Phase.DONE)
        house.got("p01", files=1)

        # The card service falls: it is there again before the next patient is.
        machine.run("kill -9 $(pidof pcscd)")
        outside.center.fault("down")
        house.figures("p02", Phase.DEFERRED)
        assert len(emr.inbox.messages()) == 1
        assert person("p02").name not in desk.get("/")
        outside.center.heal()
        house.got("p02", files=2)
        house.is_well()
    finally:
        emr.stop()
        reader.close()


def _administrator(machine: Machine, plugged: Path) -> Person:
    """Who has the code of the stick becomes the first administrator."""
    code = _CODE.search(on_stick(plugged, "madoguchi-result.txt"))
    assert code is not None
    desk = Person(f"https://127.0.0.1:{machine.ports.https}")
    desk.begin(code[1], ADMINISTRATOR, PASSWORD)
    return desk


def _emr(machine: Machine, desk: Person, folder: Path) -> Emr:
    """The EMR by the file that its vendor is handed; from here the box's port is another one."""
    desk.post("/desk/consumers/emr/file")

    def lies_ready() -> bool:
        return "/desk/consumers/emr/file/take" in desk.get("/desk/consumers/emr")

    machine.until(lies_ready, "the file for the vendor", PATIENCE)
    with zipfile.ZipFile(io.BytesIO(desk.post("/desk/consumers/emr/file/take"))) as handed:
        (inner,) = {name.partition("/")[0] for name in handed.namelist()}
        facts = json.loads(handed.read(f"{inner}/credentials.json"))
        ca = folder / "ca.pem"
        ca.write_bytes(handed.read(f"{inner}/ca.pem"))
    # This one may hand in no lists, so there is no topic for their results.
    facts |= {"host": "127.0.0.1", "port": machine.ports.mqtt, "ca": str(ca), "bulk_topic": facts["topic"]}
    credentials = Credentials(**{one.name: facts[one.name] for one in fields(Credentials)})
    emr = Emr(credentials, Inbox(folder / "emr.db"))
    emr.start()
    return emr


@dataclass(frozen=True)
class House:
    """The box at work and everybody around it."""

    machine: Machine
    reader: UsbReader
    desk: Person
    outside: Outside
    emr: Emr

    def is_well(self) -> None:
        """No unit has failed for good; a look that was too slow on a busy machine is taken again two minutes later."""
        self.machine.run('until [ -z "$(systemctl --failed --no-legend)" ]; do sleep 5; done', PATIENCE)

    def figures(self, who: str, end: Phase) -> None:
        """`visit`, and how long it took and what it wrote to the disk, for people to read."""
        begun, before = time.monotonic(), self._written()
        apdus = self.reader.apdus
        self.visit(who, end)
        seconds, count = time.monotonic() - begun, self.reader.apdus - apdus
        self.machine.run("sync")
        print(
            f"{who} to {end}: {seconds:.1f} s, {count} APDUs, {(self._written() - before) / 1000:.0f} kB written"
        )

    def visit(self, who: str, end: Phase) -> None:
        """A patient lays the card, types the PIN, agrees to everything, and takes the card at the end."""
        self.reader.lay(self.outside.cards.card(who, utc_now()))
        visit = self._until(Phase.PIN)
        self.desk.touch("/patient/1/pin", visit=visit, pin=DEMO_PIN)
        self._until(Phase.CONSENTS)
        items = _ITEM.findall(self.desk.get("/patient/1"))
        self.desk.touch(
            "/patient/1/consents", visit=visit, consents=dict.fromkeys(items, True), pressed="all"
        )
        self._until(end)
        self.reader.take()
        self._until(Phase.IDLE)

    def got(self, who: str, files: int) -> None:
        """The result is with the EMR, in the folder and on the desk."""
        name = person(who).name

        def is_there() -> bool:
            return any(name in json.dumps(one, ensure_ascii=False) for one in self.emr.inbox.messages())

        self.machine.until(is_there, f"{who} at the EMR", PATIENCE)
        self.machine.run(f"until [ $(ls {FOLDER} | grep -c 'xml$') = {files} ]; do sleep 1; done", PATIENCE)
        assert name in self.desk.get("/")

    def _until(self, phase: Phase) -> str:
        """The visit, once the patient's screen has come to `phase`."""
        seen: list[str] = []

        def has_come() -> bool:
            found = _STAGE.search(self.desk.get("/patient/1"))
            seen.append(found[1] if found else "")
            visits.append(found[2] if found else "")
            return seen[-1] == phase

        visits: list[str] = []
        try:
            self.machine.until(has_come, f"{phase} on the patient's screen", PATIENCE)
        except PageError as error:
            raise AssertionError(f"{phase} after {seen[-3:]}") from error
        return visits[-1]

    def _written(self) -> int:
        """Bytes that the guest has written to its disk."""
        return int(self.machine.run("cat /sys/block/vda/stat").split()[6]) * SECTOR
