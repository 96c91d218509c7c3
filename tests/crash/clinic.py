"""A whole box with its virtual world, whose processes are forked, killed and restarted at will."""

import contextlib
import json
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from appliance.cli.launch import EMR, prepare_demo
from appliance.demo.center_client import RunningCenter, start_center
from appliance.demo.emr import Emr, Inbox
from appliance.demo.emr_knobs import credentials_file, load
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import FOLDER_CONSUMER
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.service import server_files
from tests.crash.nursery import inbox_file
from tests.crash.switches import Switches

ROOT = Path(__file__).resolve().parents[2]
BOUND = 60.0
FAST = {
    "retry_first": 0.1,
    "retry_longest": 0.5,
    "offer_first": 0.5,
    "offer_longest": 1.0,
    "folder_settle": 0.02,
    "bulk_poll": 0.2,
    "bulk_people": 3,
}
"""Settings that make a box impatient: what it waits for in a clinic would only be waited for here."""

__all__ = ["BOUND", "EMR", "FOLDER_CONSUMER", "Clinic", "open_clinic"]


class Nursery:
    """The process that forks the box's. `prefix` is a command that is to run it."""

    def __init__(self, state: Path, prefix: tuple[str, ...] = ()) -> None:
        self._process = subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig",
                "KILL",
                "--",
                *prefix,
                sys.executable,
                "-m",
                "tests.crash.nursery",
                str(state),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._lock = threading.Lock()
        self._answer()

    @property
    def pid(self) -> int:
        """Its process id, or that of `prefix`."""
        return self._process.pid

    def do(self, what: str, name: str, **members: Any) -> dict[str, Any]:
        """One command. Raises `RuntimeError` when it could not be obeyed."""
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps({"do": what, "name": name, **members}) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def close(self) -> None:
        """End it; its children die with it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"error": "gone"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


@dataclass
class Clinic:
    """The box, its world, and the ledger as the harness reads it."""

    box: Box
    settings: Settings
    facts: dict[str, Any]
    center: RunningCenter
    nursery: Nursery
    ledger: Ledger
    emr: Emr
    switches: Switches
    running: set[str] = field(default_factory=set)

    def start(self, *names: str, **how: Any) -> None:
        """Start `sync`, `web`, `broker` or `consumer`; `how` is the nursery's."""
        for name in names:
            self.nursery.do("start", name, how=how)
            self.running.add(name)

    def kill(self, name: str) -> None:
        """SIGKILL to all of it; returns when it is gone."""
        self.nursery.do("kill", name)
        self.running.discard(name)

    def stop(self, name: str) -> None:
        """SIGTERM; returns when it is gone."""
        self.nursery.do("stop", name)
        self.running.discard(name)

    def is_dead(self, name: str) -> bool:
        """Whether a started process has died by itself."""
        return bool(self.nursery.do("try", name)["dead"])

    def bury(self, name: str) -> None:
        """Wait for a process that dies by itself."""
        self.nursery.do("wait", name)
        self.running.discard(name)

    @property
    def folder(self) -> Path:
        """The root of the shared folder."""
        return self.box.folder_root(self.settings)

    def open_checks(self) -> int:
        """How many checks are not closed."""
        row = self.ledger.read.execute(
            "SELECT count(*) FROM checks WHERE state IN ('received', 'waiting', 'asking')"
        ).fetchone()
        return int(row[0])

    def is_anything_open(self) -> bool:
        """Whether a check is not closed, something is still owed, a run not over or a request not taken in."""
        found = self.ledger.read.execute(
            """SELECT EXISTS (SELECT 1 FROM checks WHERE state IN ('received', 'waiting', 'asking'))
                   OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'pending')
                   OR EXISTS (SELECT 1 FROM bulk_runs WHERE state NOT IN ('checked', 'done', 'failed', 'stopped'))"""
        )
        return bool(found.fetchone()[0]) or any((self.folder / "req").glob("*.xml"))

    def until(self, what: str, holds: Callable[[], bool], bound: float = BOUND) -> None:
        """Wait: woken by the bell, never asleep for long. Raises `AssertionError` after `bound` seconds."""
        end = time.monotonic() + bound
        with self.ledger.listen() as ear:
            while not holds():
                assert time.monotonic() < end, f"never came: {what}; {self._logs()}"
                ear.wait(0.02)

    def _logs(self) -> str:
        logs = sorted(self.box.log_dir.glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text('utf-8', 'replace')[-1500:]}" for log in logs)


def _lasting_ports(count: int) -> list[int]:
    """Free ports that no connection on its way out is given, so that a service still has its own when it comes back."""
    first_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()[0])
    found: list[int] = []
    while len(found) < count:
        port = 20_000 + secrets.randbelow(max(first_given - 20_000, 10_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found


@contextmanager
def open_clinic(
    root: Path, prefix: tuple[str, ...] = (), *, mortal_consumer: bool = False, **changes: Any
) -> Iterator[Clinic]:
    """A box that is prepared, with center, broker and EMR running, and nothing else yet.

    With `mortal_consumer` the reference consumer takes the EMR's place, as a process `consumer` that can be killed.
    """
    box = Box(root)
    settings, facts = prepare_demo(box, utc_now())
    center = start_center(root, int(settings.center_url.rpartition(":")[2]))
    center.ask("bulk-delay", seconds=0.1)
    web, broker = _lasting_ports(2)
    settings = replace(settings, web_port=web, broker_port=broker, **(FAST | changes))
    box.save(settings)
    server_files(box)
    ledger = Ledger.of(box)
    switches = Switches(box.run_dir / "switches")
    nursery = Nursery(root, prefix)
    credentials = replace(load(credentials_file(root)), port=broker)
    credentials_file(root).write_text(json.dumps(asdict(credentials)), "utf-8")
    emr = Emr(credentials, Inbox(inbox_file(root)))
    try:
        clinic = Clinic(box, settings, facts, center, nursery, ledger, emr, switches)
        clinic.start("broker")
        if mortal_consumer:
            clinic.start("consumer")
        else:
            emr.start()
        yield clinic
    finally:
        emr.stop()
        nursery.close()
        center.stop()
        ledger.close()
