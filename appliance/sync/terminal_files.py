"""Files that another machine writes while we look: names of the exchange, and reading that waits for the last byte."""

import hashlib
import os
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.eligibility import file_names
from appliance.eligibility.request_families import Family
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT
from appliance.ledger.times import JAPAN


@dataclass(frozen=True)
class Names:
    """What the files of one request are called: `family` and `suffix` make a name that occurs once at a terminal."""

    family: Family
    suffix: str

    @property
    def request(self) -> str:
        """In req, and in res when the terminal returned it."""
        return str(file_names.build(f"{self.family.value}req", self.suffix))

    @property
    def results(self) -> tuple[str, ...]:
        """What its answer in res may be called, the fuller one first: drugs and checkups may come as PDF."""
        found = file_names.build(f"{self.family.value}res", self.suffix)
        return str(found.with_extension(file_names.PDF)), str(found)

    @property
    def error(self) -> str:
        """What lies beside a returned request."""
        return str(file_names.build(f"{self.family.value}req", self.suffix, file_names.ERR))

    @property
    def returned(self) -> tuple[str, ...]:
        """Everything that may come back for it."""
        return *self.results, self.request, self.error


def suffix_of(name: str) -> str | None:
    """The suffix that requests, answers and errors bear in their names, whoever chose it; None for other files."""
    found = file_names.parse(name)
    return found.suffix if found else None


def face_moment(name: str) -> datetime | None:
    """When a card result was made, from its file name; None for a name that is no card result's."""
    found = file_names.parse(name)
    mark = found.face if found and found.extension.lower() == file_names.XML else None
    try:
        return datetime.strptime(mark.stamp, "%Y%m%d%H%M%S").replace(tzinfo=JAPAN) if mark else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Stamp:
    """What tells a file from what it was a moment ago. No inode: behind SMB it may change by itself."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """The stamp of `path`. Raises `OSError`."""
        status = path.stat(follow_symlinks=False)
        return cls(status.st_size, status.st_mtime_ns)


class Looks:
    """Reads files by looking twice: what has not changed from one look to the next is finished."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[Stamp, bytes]] = {}

    def read(self, path: Path) -> bytes | None:
        """The bytes of `path`; None while they change, while it cannot be opened, and for one over `BULK_SIZE_LIMIT`."""
        try:
            stamp = Stamp.of(path)
            data = _bytes(path)
        except OSError:
            self._seen.pop(path, None)
            return None
        look = (stamp, hashlib.sha256(data).digest())
        was_so = self._seen.get(path) == look
        self._seen[path] = look
        return data if was_so and len(data) == stamp.size <= BULK_SIZE_LIMIT else None

    def forget_all_but(self, paths: Set[Path]) -> None:
        """Drop what was seen of files that are no longer of interest."""
        self._seen = {path: look for path, look in self._seen.items() if path in paths}


def _bytes(path: Path) -> bytes:
    # Neither led away by a link nor kept waiting by a pipe that somebody put there.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(BULK_SIZE_LIMIT + 1)
