"""The processes of one box, each as a user of its own, started for real; and what one of these users can do."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.own_socket import WEB_USER
from appliance.settings import Box

ROOT = Path(__file__).parents[2]
GROUP, SYNC, WEB, DEVICES = 61000, 61001, 61002, 61003
STRANGER = 61099
"""Numbers that no machine has an account for; the system asks for no name."""

CARDS = 61013
"""The group of pcscd's socket: devices alone is in it."""


def as_user(number: int, *command: str) -> list[str]:
    """The command, run by that user, without any right beyond it; all but the stranger are of the group, devices of that of the cards too."""
    group = number if number == STRANGER else GROUP
    more = ("--groups", str(CARDS)) if number == DEVICES else ("--clear-groups",)
    return [
        *("setpriv", "--reuid", str(number), "--regid", str(group), *more),
        *("--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all", "--", *command),
    ]


@dataclass
class House:
    """The box and the processes that run on it."""

    box: Box
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, room: str, user: int, *around: str) -> None:
        """`madoguchi run ROOM` as `user`; `around` stands before, for instance `unshare -n`."""
        command = as_user(user, sys.executable, "-m", "appliance", "run", room, "--state", str(self.box.root))
        with (self.box.root / "log" / f"{room}.log").open("ab") as log:
            self.running[room] = subprocess.Popen(
                [*around, *command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", WEB_USER: str(WEB)},
            )

    def log(self, room: str) -> str:
        return (self.box.root / "log" / f"{room}.log").read_text("utf-8")

    def pid(self, room: str) -> int:
        return self.running[room].pid

    def stop(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def tried(user: int, script: str, *around: str) -> str:
    """What a line of Python prints when this user runs it; `around` as in `House.start`."""
    command = [*around, *as_user(user, sys.executable, "-c", script)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return (done.stdout + done.stderr.strip().rpartition("\n")[2]).strip()


@contextlib.contextmanager
def card_service(listener: int) -> Iterator[None]:
    """The real pcscd, given a socket that listens already, as systemd does it; in a /run of its own."""
    script = f"mount -t tmpfs none /run && exec 3<&{listener} && export LISTEN_FDS=1 LISTEN_PID=$$ && exec pcscd --foreground"
    command = ["unshare", "--mount", "--net", "--", "bash", "-c", script]
    process = subprocess.Popen(
        command,
        pass_fds=(listener,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def listening(pid: int) -> Iterator[str]:
    """The TCP addresses on which a process listens, as the kernel writes them."""
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            held.add(os.readlink(descriptor))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text("ascii").splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in held:
                yield words[1]
