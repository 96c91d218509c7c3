"""The card world behind the real pcscd."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.demo.cards import Cards, CardWorldHandle, start_card_world
from appliance.demo.people import person
from appliance.eligibility.trouble import Trouble
from tests.demo.pcsc_shell import JPKI_SELECT, READ_CERTIFICATE, readers, talk, talk_until_it_breaks

FIRST, SECOND = "(DEMO0001) 00 00", "(DEMO0001) 00 01"
THIRD = "(DEMO0002) 00 00"


def serial_in(world: CardWorldHandle, reader: str) -> int:
    """The serial number of the certificate on the card in `reader`, read through pcscd."""
    answers = talk(world.pcscd_socket, reader, JPKI_SELECT, *READ_CERTIFICATE)
    head = bytes.fromhex(answers[-1])
    place = head.index(bytes.fromhex("A003020102")) + 5
    return int.from_bytes(head[place + 2 : place + 2 + head[place + 1]], "big")


@pytest.fixture(autouse=True)
def _empty_readers(request: pytest.FixtureRequest) -> None:
    if "world" in request.fixturenames:
        world = request.getfixturevalue("world")
        for reader in (1, 2, 3):
            world.remove(reader)
            world.die_after(reader, None)


def test_readers_carry_serial_numbers(world: CardWorldHandle) -> None:
    names = readers(world.pcscd_socket)
    assert names[0] == "Madoguchi Demo Reader (DEMO0001) 00 00"
    assert len(names) == 4
    assert len(os.fsencode(world.pcscd_socket)) <= 107


def test_each_reader_answers_with_its_own_card(world: CardWorldHandle) -> None:
    people = {FIRST: "p01", SECOND: "p02", THIRD: "p03"}
    for reader, who in enumerate(people.values(), start=1):
        world.insert(reader, who)
    for name, who in people.items():
        assert serial_in(world, name) == person(who).certificate_serial


def test_inserting_swaps_and_a_card_exists_once(world: CardWorldHandle) -> None:
    world.insert(1, "p01")
    world.insert(1, "p02")
    world.insert(2, "p02")
    assert [one["person"] for one in world.state()["readers"]] == [None, "p02", None]
    assert serial_in(world, SECOND) == person("p02").certificate_serial


def test_card_is_still_there_after_pcscd_was_killed(world: CardWorldHandle) -> None:
    world.insert(2, "p02")
    starts = world.state()["pcscd_starts"]
    world.kill_pcscd()
    assert serial_in(world, SECOND) == person("p02").certificate_serial
    assert world.state()["pcscd_starts"] == starts + 1


def test_reordered_readers_keep_their_cards_by_serial(world: CardWorldHandle) -> None:
    world.insert(1, "p01")
    world.insert(3, "p03")
    before = readers(world.pcscd_socket)
    world.reorder_readers()
    assert serial_in(world, FIRST) == person("p01").certificate_serial
    assert serial_in(world, THIRD) == person("p03").certificate_serial
    assert readers(world.pcscd_socket) == [*before[2:], *before[:2]]
    world.reorder_readers()
    assert serial_in(world, FIRST) == person("p01").certificate_serial
    assert readers(world.pcscd_socket) == before


def test_pulled_in_the_middle(world: CardWorldHandle) -> None:
    world.insert(1, "p01")
    assert serial_in(world, FIRST)
    world.die_after(1, 2)
    answers = talk_until_it_breaks(world.pcscd_socket, FIRST, JPKI_SELECT, *READ_CERTIFICATE)
    assert answers == ["9000", "broken"]
    assert world.state()["readers"][0]["person"] is None
    world.insert(1, "p01")
    assert serial_in(world, FIRST) == person("p01").certificate_serial


def test_latency_and_apdus_are_counted(world: CardWorldHandle) -> None:
    world.insert(1, "p01")
    before = world.state()["readers"][0]["apdus"]
    world.set_latency(5)
    assert len(talk(world.pcscd_socket, FIRST, JPKI_SELECT, *READ_CERTIFICATE)) == 3
    world.set_latency(0)
    assert world.state()["readers"][0]["apdus"] == before + 3


def test_counters_outlive_removal(world: CardWorldHandle) -> None:
    world.restore_pins("p05")
    world.insert(1, "p05")
    wrong = ("00A4020C020018", "002000800430303030")
    assert talk(world.pcscd_socket, FIRST, JPKI_SELECT, *wrong)[-1] == "63c2"
    world.remove(1)
    world.insert(3, "p05")
    assert talk(world.pcscd_socket, THIRD, JPKI_SELECT, "00A4020C020018", "00200080")[-1] == "63c2"


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "dance"},
        {"do": "insert", "reader": 4, "person": "p01"},
        {"do": "insert", "reader": 1, "person": "p99"},
        {"do": "insert", "reader": 1, "person": "p32"},
        {"do": "insert", "reader": 1, "person": "p01", "key": "rsa-1024"},
        {"do": "set-latency", "ms": -1},
        {"do": "die-after", "reader": 1, "apdus": 0},
    ],
)
def test_wrong_requests_are_refused(world: CardWorldHandle, request_: dict[str, object]) -> None:
    members = {key: value for key, value in request_.items() if key != "do"}
    with pytest.raises(Trouble, match="DEMO-002"):
        world.ask(str(request_["do"]), **members)


def test_two_worlds_side_by_side(box_dir: Path, world: CardWorldHandle) -> None:
    other = start_card_world(box_dir, 1)
    try:
        other.insert(1, "p04")
        world.insert(1, "p01")
        assert serial_in(other, FIRST) == person("p04").certificate_serial
        assert serial_in(world, FIRST) == person("p01").certificate_serial
    finally:
        other.stop()
    assert serial_in(world, FIRST) == person("p01").certificate_serial


def test_world_dies_with_the_one_who_started_it(box_dir: Path) -> None:
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from appliance.demo.cards import start_card_world\n"
            "world = start_card_world(Path(sys.argv[1]))\n"
            "print(world.process.pid, flush=True); sys.stdin.read()",
            str(box_dir),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    world = os.pidfd_open(int(starter.stdout.readline()))
    assert Cards(box_dir).state()["pcscd_starts"] == 1
    starter.send_signal(signal.SIGKILL)
    starter.wait(10)
    assert _ended(world)
    os.close(world)
    starter.stdin.close()
    starter.stdout.close()
    with pytest.raises(Trouble, match="DEMO-001"):
        Cards(box_dir).state()


def _ended(process: int) -> bool:
    """Whether the process behind a pidfd ends within ten seconds: only then the descriptor becomes readable."""
    return bool(select.select([process], [], [], 10)[0])


def test_refuses_to_run_outside_of_its_namespaces(box_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance.demo.card_world", "--dir", str(box_dir)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert '"code": "DEMO-003"' in done.stderr
