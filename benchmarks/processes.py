"""The processes of a running box by the unit that each of them is on a box, and what the kernel counts of them.

Processes that a unit's own has started count as the unit's.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_ADDED = ("Pss:", "Pss_Anon:")
_UTIME, _CUTIME_END = 11, 15
"""Where user time stands in `stat` behind the name, and behind the system time of children that have ended."""


@dataclass(frozen=True)
class Counted:
    """MB, of which nobody shares or could read again `anonymous`; seconds of a core; bytes handed to the disk."""

    megabytes: float
    anonymous: float
    seconds: float
    written: int


class Processes:
    """The daemons that serve the box in `root`, as they run now. Raises `StopIteration` when one does not."""

    def __init__(self, root: Path, daemons: tuple[str, ...]) -> None:
        parents = {process: _parent(process) for process in _all()}
        self._units = {
            name: tuple(_family(next(one for one in parents if _is(one, name, root)), parents))
            for name in daemons
        }

    def counted(self) -> dict[str, Counted]:
        """By daemon."""
        return {name: _sum(counted_of(process) for process in family) for name, family in self._units.items()}

    def first(self, name: str) -> int:
        """The process of a daemon that started its others."""
        return self._units[name][0]


def counted_of(process: int) -> Counted:
    """What one process has used since its start, with those children that have ended; nothing when it has ended itself."""
    rolled = _lines(process, "smaps_rollup", _ADDED)
    words = _read(process, "stat").rpartition(")")[2].split()
    return Counted(
        rolled.get("Pss:", 0) / 1024,
        rolled.get("Pss_Anon:", 0) / 1024,
        sum(map(int, words[_UTIME:_CUTIME_END])) / _TICKS,
        _lines(process, "io", ("write_bytes:",)).get("write_bytes:", 0),
    )


def _sum(all_counted: Iterator[Counted]) -> Counted:
    found = tuple(all_counted)
    return Counted(
        sum(one.megabytes for one in found),
        sum(one.anonymous for one in found),
        sum(one.seconds for one in found),
        sum(one.written for one in found),
    )


def _lines(process: int, name: str, wanted: tuple[str, ...]) -> dict[str, int]:
    rows = (line.split() for line in _read(process, name).splitlines())
    return {row[0]: int(row[1]) for row in rows if row and row[0] in wanted}


def _all() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _is(process: int, name: str, root: Path) -> bool:
    """The broker has become mosquitto; pcscd is the card world's, which says whose it is."""
    words = _read(process, "cmdline").split("\0")
    if name == "broker":
        return words[0].endswith("mosquitto") and str(root / "broker" / "mosquitto.conf") in words
    if name == "pcscd":
        world = _read(_parent(process), "cmdline").split("\0")
        return words[0].endswith("pcscd") and str(root) in world
    return words[-5:-1] == ["run", name, "--state", str(root)]


def _parent(process: int) -> int:
    words = _read(process, "stat").rpartition(")")[2].split()
    return int(words[1]) if words else 0


def _family(process: int, parents: dict[int, int]) -> Iterator[int]:
    yield process
    for child, parent in parents.items():
        if parent == process:
            yield from _family(child, parents)


def _read(process: int, name: str) -> str:
    """Empty when the process has ended meanwhile."""
    try:
        return Path(f"/proc/{process}/{name}").read_text("utf-8", "replace")
    except OSError:
        return ""
