"""Which of a box's services run, whoever started them."""

import os
from collections.abc import Iterator
from pathlib import Path

from appliance.settings import Box
from appliance.sync import broker

SERVICES = ("devices", "sync", "web")
_PROC = Path("/proc")


def at_work(box: Box) -> tuple[str, ...]:
    """The services that have this box's ledger open, and its broker. Whole only for root: others do not see each other's files."""
    found = {name for process in _processes() if (name := _service(process)) and _holds(process, box)}
    if broker.process_of(box) is not None:
        found.add("broker")
    return tuple(sorted(found))


def _processes() -> Iterator[Path]:
    return (path for path in _PROC.iterdir() if path.name.isdecimal())


def _service(process: Path) -> str | None:
    """Which service a process is, by the words it was started with; a command that reads the ledger for a moment is none."""
    try:
        words = (process / "cmdline").read_bytes().decode("utf-8", errors="replace").split("\0")
    except OSError:  # it has just ended
        return None
    named = [name for name in SERVICES if name in words]
    return named[0] if "run" in words and named else None


def _holds(process: Path, box: Box) -> bool:
    # By the file itself and not by its name, which may be another one in the place where a unit lives.
    try:
        ledger = box.ledger_file.stat()
        descriptors = list((process / "fd").iterdir())
    except OSError:
        return False
    return any(_is(one, ledger) for one in descriptors)


def _is(descriptor: Path, file: os.stat_result) -> bool:
    try:
        return os.path.samestat(descriptor.stat(), file)
    except OSError:
        return False
