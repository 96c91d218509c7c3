"""What a box does in a day: its clocks while nobody comes, and patients one after the other."""

import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from appliance.cli.asking import wait_until_closed
from appliance.cli.hands import lay_card_and_show_face
from appliance.demo.people import DEMO_PIN
from appliance.eligibility.visit import ALL_CONSENTS, Phase, Way
from appliance.ledger import checks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.settings import Box
from benchmarks.demo_world import BOUND, Demo
from benchmarks.loop_disk import LoopDisk
from benchmarks.plain_desk import PlainDesk
from benchmarks.plain_screen import PlainScreen

HEALTH_EVERY = 120.0
"""As `madoguchi-health.timer` has it."""
SCREEN_EVERY = 15.0
"""How often a patient's screen asks whether the box is there."""
SPEED = 10
"""A patient's minute passes in six seconds, and so does the file system's."""
NOT_ROOT = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
"""On a box nobody of ours is root. To root SQLite gives each file that it opens anew, which is a write."""
_PATIENT = 60.0 / SPEED
_READS = 5.0 / SPEED
"""For so long somebody looks at a screen before touching it."""
_SAYS = 20.0 / SPEED
_FACE_EVERY = 6
_PEOPLE = ("p01", "p02", "p03")


@dataclass
class Looks:
    """The looks of the self-diagnosis: how many, seconds of a core, bytes handed to the disk, the largest in MB."""

    number: int = 0
    seconds: float = 0.0
    largest: float = 0.0


def look(root: Path, looks: Looks) -> None:
    """One, as its timer starts it."""
    command = [*NOT_ROOT, sys.executable, "-m", "appliance", "run", "health", "--once", "--state", str(root)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the self-diagnosis breaks")
    looks.number += 1
    looks.seconds += used.ru_utime + used.ru_stime
    looks.largest = max(looks.largest, used.ru_maxrss / 1024)


@contextmanager
def console(root: Path) -> Iterator[int]:
    """The page on the monitor, on a terminal that somebody reads: its process."""
    here, there = pty.openpty()
    command = [*NOT_ROOT, sys.executable, "-m", "appliance", "console", "--state", str(root)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=there, stderr=subprocess.DEVNULL)
    os.close(there)
    threading.Thread(target=_read_all, args=(here,), daemon=True).start()
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _read_all(descriptor: int) -> None:
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        return


class Clinic:
    """People and screens around a running demo of two readers: patients at the first with PIN, at the second by face."""

    def __init__(self, running: Demo, disk: LoopDisk) -> None:
        self._running = running
        self._disk = disk
        self._box = Box(running.root)
        self._desk = PlainDesk(running)
        self._screens = (PlainScreen(running, 1), PlainScreen(running, 2))

    def close(self) -> None:
        """Close the pages."""
        for page in (self._desk, *self._screens):
            page.close()

    def nobody_comes(self, seconds: float, looks: Looks) -> None:
        """Let the box be, its pages open, with the self-diagnosis by its timer."""
        begun = time.monotonic()
        for number in range(int(seconds / SCREEN_EVERY)):
            if number % round(HEALTH_EVERY / SCREEN_EVERY) == 0:
                look(self._running.root, looks)
            for screen in self._screens:
                screen.hop()
            time.sleep(max(0.0, begun + (number + 1) * SCREEN_EVERY - time.monotonic()))

    def by_face(self) -> None:
        """One visit by face, after which the model is loaded."""
        with closing(Ledger.of(self._box)) as ledger:
            self._answered(ledger, lay_card_and_show_face(self._box, ledger, _PEOPLE[0], 2))
        self._running.cards.remove(2)

    def patients(self, number: int) -> None:
        """So many, `SPEED` times as fast as they are; every sixth by face. Raises `RuntimeError` when one is not answered."""
        with closing(Ledger.of(self._box)) as ledger:
            for one in range(number):
                begun = time.monotonic()
                self._patient(ledger, one)
                time.sleep(max(0.0, begun + _PATIENT - time.monotonic()))

    def _patient(self, ledger: Ledger, number: int) -> None:
        person = _PEOPLE[number % len(_PEOPLE)]
        by_face = number % _FACE_EVERY == _FACE_EVERY - 1
        reader = 2 if by_face else 1
        found = (
            lay_card_and_show_face(self._box, ledger, person, 2)
            if by_face
            else self._with_pin(ledger, person)
        )
        self._desk.open(found.id)
        self._desk.say(found.id)
        self._answered(ledger, found)
        self._running.cards.remove(reader)
        for _ in range(2):
            time.sleep(_SAYS / 2)
            self._desk.say(found.id)
        self._desk.leave()
        self._disk.flush()

    def _with_pin(self, ledger: Ledger, person: str) -> Check:
        screen, before = self._screens[0], _newest(ledger)
        self._running.cards.insert(1, person)
        for phase, kind, body in (
            (Phase.CHOOSE, "way", {"way": Way.PIN}),
            (Phase.PIN, "pin", {"pin": DEMO_PIN}),
            (Phase.CONSENTS, "consents", {"consents": asdict(ALL_CONSENTS)}),
        ):
            _, key = screen.shown(phase)
            time.sleep(_READS)
            screen.touch(kind, key, **body)
        with ledger.listen(Topic.CHECKS) as ear:
            for _ in count():
                found = _newest(ledger)
                if found is not None and found != before:
                    return found
                ear.wait()
        raise AssertionError

    def _answered(self, ledger: Ledger, check: Check) -> None:
        if wait_until_closed(ledger, check.id, BOUND).state is not CheckState.ANSWERED:
            raise RuntimeError("a check was not answered")


def _newest(ledger: Ledger) -> Check | None:
    return next(iter(checks.recent(ledger, 1)), None)
