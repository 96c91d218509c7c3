"""Where they lie: copies in `ledger-copies/`, what was set aside in `ledger-broken/`. Names tell numbers and moments alone."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.settings import Box
from appliance.sharing import make_folder

ENDS = ("", "-wal", "-shm")
"""Of the ledger's files."""
MAKING = "making"
"""The copy that is not finished, or was not when the power went; the ground that the next one is laid on."""
_MOMENT = "%Y%m%dT%H%M%SZ"
_COPY = re.compile(r"(\d{6,12})\.(\d{8}T\d{6}Z)\.(\d{1,15})\.db")
_SET = re.compile(r"(\d{6,12})\.(\d{8}T\d{6}Z)")


@dataclass(frozen=True, order=True)
class Copy:
    """One that was finished and found sound: its place in the row of them, the moment that it shows, how many bytes it took to write."""

    number: int
    made_at: datetime
    written: int
    path: Path


@dataclass(frozen=True, order=True)
class SetAside:
    """The files of a ledger that was broken at `at`."""

    number: int
    at: datetime
    path: Path


def copies_folder(box: Box) -> Path:
    """Of finished copies and the one that is being made."""
    return box.root / "ledger-copies"


def broken_folder(box: Box) -> Path:
    """Of what was set aside; a folder each."""
    return box.root / "ledger-broken"


def copies(box: Box) -> tuple[Copy, ...]:
    """The finished ones, the newest first. By their numbers: a clock may have been set."""
    found = ((_COPY.fullmatch(path.name), path) for path in _entries(copies_folder(box)))
    read = (
        Copy(int(match[1]), _moment(match[2]), int(match[3]), path)
        for match, path in found
        if match is not None
    )
    return tuple(sorted(read, reverse=True))


def name_of_copy(number: int, made_at: datetime, written: int) -> str:
    """The file's name."""
    return f"{number:06d}.{made_at.astimezone(UTC).strftime(_MOMENT)}.{written}.db"


def sets_aside(box: Box) -> tuple[SetAside, ...]:
    """Those that there are, the newest first."""
    found = ((_SET.fullmatch(path.name), path) for path in _entries(broken_folder(box)))
    read = (SetAside(int(match[1]), _moment(match[2]), path) for match, path in found if match is not None)
    return tuple(sorted(read, reverse=True))


def new_set(box: Box, at: datetime) -> Path:
    """An empty folder for what is to be set aside. Raises `OSError`."""
    number = max((one.number for one in sets_aside(box)), default=0) + 1
    path = broken_folder(box) / f"{number:06d}.{at.astimezone(UTC).strftime(_MOMENT)}"
    make_folder(path)
    return path


def forget(broken: SetAside) -> None:
    """Remove it. Raises `OSError`."""
    shutil.rmtree(broken.path)


def _entries(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(folder.iterdir())
    except FileNotFoundError:
        return ()


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
