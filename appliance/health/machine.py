"""What the machine itself tells: memory, temperature, time sync, failed services, the last update. Read without any rights."""

import ctypes
import json
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

SYSTEMCTL = ("systemctl", "list-units", "--failed", "--output=json", "--no-pager")
_SYSTEMCTL_SECONDS = 10.0
_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""More than any kernel's `struct timex`; all zero it asks and sets nothing."""


@dataclass(frozen=True)
class Update:
    """What became of the last update, as the updater has left it in `update.json`."""

    state: str
    before: str
    after: str
    at: str


@dataclass(frozen=True)
class Machine:
    """The machine, whose files lie below `root`: another folder in a test."""

    root: Path = Path("/")

    @property
    def memory_free(self) -> float | None:
        """How many percent of the memory a program could still have; None where the kernel does not say."""
        try:
            lines = (self.root / "proc/meminfo").read_text("ascii").splitlines()
            kib = {line.partition(":")[0]: int(line.split()[1]) for line in lines if line}
            return 100 * kib["MemAvailable"] / kib["MemTotal"]
        except (OSError, ValueError, LookupError, ZeroDivisionError):
            return None

    @property
    def uptime(self) -> timedelta | None:
        """For how long it has been running; None where the kernel does not say."""
        try:
            seconds = (self.root / "proc/uptime").read_text("ascii").split()[0]
            return timedelta(seconds=float(seconds))
        except (OSError, ValueError, LookupError, OverflowError):
            return None

    @property
    def temperature(self) -> float | None:
        """The hottest of the machine's sensors in °C; None without any."""
        found = []
        for file in sorted((self.root / "sys/class/thermal").glob("thermal_zone*/temp")):
            try:
                found.append(int(file.read_text("ascii")) / 1000)
            except (OSError, ValueError):
                continue
        return max(found, default=None)

    @property
    def update(self) -> Update | None:
        """What became of the last update since the machine started; None where nobody has said anything that can be read."""
        try:
            values = json.loads((self.root / "run/madoguchi-box/update.json").read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(values, dict):
            return None
        return Update(*(_word(values.get(key)) for key in ("state", "from", "to", "at")))

    @property
    def is_run_by_systemd(self) -> bool:
        """Whether systemd looks after this machine's services."""
        return (self.root / "run/systemd/system").is_dir()


def _word(value: Any) -> str:
    return value[:60] if isinstance(value, str) and value.isprintable() else ""


def is_clock_in_step() -> bool | None:
    """Whether the kernel's clock is kept by a time server; None where this process may not ask."""
    libc = ctypes.CDLL(None, use_errno=True)
    state = int(libc.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    return None if state < 0 else state != _TIME_ERROR


def failed_units() -> tuple[str, ...] | None:
    """The services of the system that have failed; None where nobody can tell."""
    try:
        done = subprocess.run(
            SYSTEMCTL, capture_output=True, text=True, timeout=_SYSTEMCTL_SECONDS, check=True
        )
        return units_in(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def units_in(text: str) -> tuple[str, ...]:
    """The names in what systemctl prints as JSON. Raises `ValueError` for anything else."""
    rows = json.loads(text)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("not a list of units")
    return tuple(name for row in rows if (name := _word(row.get("unit"))))
