"""All that the machine says of itself, at one moment: asked of the unit that may look, or looked at ourselves.

Web may read neither the journal nor /proc/meminfo. A socket unit starts `madoguchi run machine` for whoever of the house connects; it
answers with one JSON document, from which everything that might be somebody's has been left out before.
"""

import contextlib
import json
import os
import platform
import shutil
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.machine import journal
from appliance.machine.units import Unit, units

SOCKET = Path("/run/madoguchi-box/machine.sock")
_MOST = 4_000_000
_PATIENCE = 60.0
_PIECE = 65536
_KIB_KEYS = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")


@dataclass(frozen=True)
class Disk:
    """One file system: where it hangs, bytes in all and bytes free."""

    where: str
    size: int
    free: int


@dataclass(frozen=True)
class Machine:
    """`version` and `slot` are of the image, empty outside of one; `memory` in KiB by /proc/meminfo's names."""

    version: str
    slot: str
    kernel: str
    cores: int
    uptime_seconds: float
    load: tuple[float, ...]
    memory: dict[str, int]
    disks: tuple[Disk, ...]
    units: tuple[Unit, ...]
    journal: tuple[str, ...]


def ask(state: Path, door: Path = SOCKET) -> Machine:
    """What the unit behind `door` says; where there is none, what this process may see itself. Raises nothing."""
    try:
        return from_json(_asked(door))
    except (OSError, ValueError, KeyError, TypeError):
        return look(state)


def look(state: Path) -> Machine:
    """What this process may see. What it may not see is empty."""
    return Machine(
        version=image_version(),
        slot=slot(),
        kernel=platform.release(),
        cores=os.cpu_count() or 0,
        uptime_seconds=float((_lines("/proc/uptime") or ["0"])[0].split()[0]),
        load=os.getloadavg(),
        memory=_memory(),
        disks=tuple(_disks(state)),
        units=units(),
        journal=journal.lines(),
    )


def image_version() -> str:
    """What the image calls itself; empty outside of one."""
    release = dict(line.split("=", 1) for line in _lines("/etc/os-release") if "=" in line)
    return release.get("IMAGE_VERSION", "").strip('"')


def slot() -> str:
    """Which slot was started, A or B; empty outside of an image, and where /proc does not say it."""
    words = (word.partition("=") for word in " ".join(_lines("/proc/cmdline")).split())
    return next((value for name, _, value in words if name == "rauc.slot"), "")


def as_json(machine: Machine) -> str:
    """One document."""
    return json.dumps(asdict(machine), ensure_ascii=False)


def from_json(text: str) -> Machine:
    """The machine of `as_json`. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    values: dict[str, Any] = json.loads(text)
    return Machine(
        **values
        | {
            "load": tuple(values["load"]),
            "disks": tuple(Disk(**one) for one in values["disks"]),
            "units": tuple(Unit(**one) for one in values["units"]),
            "journal": tuple(map(str, values["journal"])),
        }
    )


def _asked(door: Path) -> str:
    heard = bytearray()
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(_PATIENCE)
        channel.connect(str(door))
        while piece := channel.recv(_PIECE):
            heard += piece
            if len(heard) > _MOST:
                raise ValueError("more than a machine has to say")
    return heard.decode("utf-8", "replace")


def _memory() -> dict[str, int]:
    found = dict(line.split(":", 1) for line in _lines("/proc/meminfo") if ":" in line)
    return {key: int(found[key].split()[0]) for key in _KIB_KEYS if key in found}


def _disks(state: Path) -> list[Disk]:
    found = []
    # The folder around it, which every user may see, lies on the same file system.
    for where in (Path("/"), state.parent):
        with contextlib.suppress(OSError):
            usage = shutil.disk_usage(where)
            found.append(Disk(str(where), usage.total, usage.free))
    return found


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
