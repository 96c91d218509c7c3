import os
import resource
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.ledger.bell import EVERYTHING, LONGEST_WAIT, Bell, BellListener
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.desk import opened

ROOT = Path(__file__).resolve().parents[2]
RINGER = """
import sys
from pathlib import Path
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.desk import opened
ledger = Ledger.of(Box(Path(sys.argv[1])))
for line in sys.stdin:
    opened(ledger)
    print("committed", flush=True)
"""


@pytest.fixture
def bell(box_dir: Path) -> Iterator[Bell]:
    made = Bell(box_dir)
    yield made
    made.close()


def heard(ear: BellListener, rounds: int = 30) -> bool:
    """Whether a ring came, in bounded time. A wait that only timed out is False and does not count."""
    return any(ear.wait() for _ in range(rounds))


def test_a_commit_in_another_process_wakes(ledger: Ledger, box: Box) -> None:
    command = [sys.executable, "-c", RINGER, str(box.root)]
    with (
        ledger.listen() as ear,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other,
    ):
        assert other.stdin is not None
        assert other.stdout is not None
        for _ in range(3):
            assert not ear.wait(0)
            other.stdin.write("go\n")
            other.stdin.flush()
            assert heard(ear)
            assert other.stdout.readline() == "committed\n"
            ear.wait(0)
        other.stdin.close()
        assert other.wait(30) == 0


def test_a_wait_that_has_begun_is_ended_by_a_ring(ledger: Ledger) -> None:
    begun, rang = threading.Event(), threading.Event()

    def listen() -> None:
        with ledger.listen() as ear:
            begun.set()
            if heard(ear):
                rang.set()

    thread = threading.Thread(target=listen)
    thread.start()
    assert begun.wait(30)
    opened(ledger)
    thread.join()
    assert rang.is_set()


def test_every_listener_hears_and_one_wait_takes_all_rings(box_dir: Path, bell: Bell) -> None:
    with ExitStack() as stack:
        ears = [stack.enter_context(BellListener(box_dir)) for _ in range(3)]
        bell.ring()
        bell.ring()
        assert [ear.wait(0) for ear in ears] == [EVERYTHING] * 3
        assert not any(ear.wait(0) for ear in ears)


def test_a_ring_before_the_wait_is_not_lost(box_dir: Path, bell: Bell) -> None:
    with BellListener(box_dir) as ear:
        bell.ring()
        assert ear.wait()


def test_a_full_buffer_harms_nobody(box_dir: Path, bell: Bell) -> None:
    with BellListener(box_dir) as deaf, BellListener(box_dir) as ear:
        for _ in range(2000):
            bell.ring()
            assert ear.wait(0)
        assert deaf.wait(0)
        assert not deaf.wait(0)


def test_a_dead_listener_is_swept_and_the_living_hear(box_dir: Path, bell: Bell) -> None:
    died = box_dir / "1-dead.bell"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as gone:
        gone.bind(str(died))
    with BellListener(box_dir) as ear:
        assert len(list(box_dir.iterdir())) == 2
        bell.ring()
        assert not died.exists()
        assert ear.wait(0)
    assert list(box_dir.iterdir()) == []


def test_a_listener_being_born_cannot_be_swept(box_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[Path]] = []
    rename = os.rename

    def look_and_rename(old: str, new: str) -> None:
        seen.append(list(box_dir.glob("*.bell")))
        rename(old, new)

    monkeypatch.setattr(os, "rename", look_and_rename)
    with BellListener(box_dir):
        assert seen == [[]]
        assert len(list(box_dir.glob("*.bell"))) == 1


def test_foreign_files_are_left_alone(box_dir: Path, bell: Bell) -> None:
    (box_dir / "note").touch()
    for number in range(8):
        (box_dir / f"folder-{number}.bell").mkdir()
    (box_dir / "file.bell").touch()
    with BellListener(box_dir) as ear:
        bell.ring()
        assert ear.wait(0)
    assert (box_dir / "note").exists()


def test_a_deep_folder_works(box_dir: Path) -> None:
    deep = box_dir.joinpath(*["state-of-the-reception-box"] * 8)
    assert len(str(deep)) > 200
    box = Box(deep)
    box.create()
    ledger = Ledger.of(box)
    with ledger.listen() as ear:
        opened(ledger)
        assert ear.wait(0)
    ledger.close()


def test_a_bell_without_its_folder_costs_the_caller_nothing(ledger: Ledger, box: Box) -> None:
    box.bell_dir.rmdir()
    assert len(opened(ledger)) == 1


def test_a_closed_bell_is_silent_and_may_be_closed_again(box_dir: Path) -> None:
    bell = Bell(box_dir)
    bell.close()
    with BellListener(box_dir) as ear:
        bell.close()
        bell.ring()
        assert not ear.wait(0)


@pytest.mark.parametrize(
    ("asked", "slept"),
    [(3600.0, LONGEST_WAIT), (LONGEST_WAIT, LONGEST_WAIT), (0.25, 0.25), (0.0, 0.0), (-1.0, 0.0)],
)
def test_nobody_sleeps_longer_than_the_longest_wait(
    box_dir: Path, monkeypatch: pytest.MonkeyPatch, asked: float, slept: float
) -> None:
    handed: list[float] = []

    class Poll:
        def register(self, ear: socket.socket, events: int) -> None:
            assert events == select.POLLIN

        def poll(self, milliseconds: float) -> list[tuple[int, int]]:
            handed.append(milliseconds)
            return []

    with BellListener(box_dir) as ear:
        monkeypatch.setattr(select, "poll", Poll)
        assert not ear.wait(asked)
    assert handed == [slept * 1000]


@pytest.fixture
def many_descriptors() -> Iterator[Callable[[], None]]:
    """Call it to have so many files open that `select` would give up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    held: list[int] = []
    yield lambda: held.extend(os.open("/dev/null", os.O_RDONLY) for _ in range(1100))
    for descriptor in held:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_process_with_many_open_pages_can_still_listen(
    box_dir: Path, bell: Bell, many_descriptors: Callable[[], None]
) -> None:
    many_descriptors()
    with BellListener(box_dir) as ear:
        bell.ring()
        assert ear.wait(0)
