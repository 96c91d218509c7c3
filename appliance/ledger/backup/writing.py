"""A backup made: snapshot and files as a tar archive, sealed on the way out, never whole in memory."""

import errno
import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from appliance.ledger.backup.holding import LEDGER, files_of
from appliance.ledger.backup.sealing import Header, beginning, sealed, sealed_size
from appliance.ledger.backup.snapshot import snapshot
from appliance.ledger.database import Ledger
from appliance.settings import Box

_PIECE = 1 << 16
_END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True)
class Backup:
    """One that is ready to be written: `pieces` may be gone through once, `size` is how many bytes that gives.

    To be closed also when nobody went through them: until then the copy of the ledger takes room on the disk.
    """

    header: Header
    size: int
    pieces: Iterator[bytes] = field(repr=False)
    copy: BinaryIO = field(repr=False)

    def close(self) -> None:
        """Let go of the copy."""
        self.copy.close()


@dataclass(frozen=True)
class _Member:
    """One file of the archive, with its head as it is written."""

    head: bytes
    stream: BinaryIO
    size: int

    @property
    def whole(self) -> int:
        return len(self.head) + self.size + -self.size % tarfile.BLOCKSIZE


def backup(box: Box, ledger: Ledger, phrase: str, now: datetime) -> Backup:
    """Copy what has to be copied at this moment. `phrase` is one that was `checked`.

    Raises `Trouble` BOX-001 without settings, `OSError`, `sqlite3.Error`.
    """
    settings = box.load()
    files = [(name, path.read_bytes()) for name, path in files_of(box)]
    members = [_member(name, io.BytesIO(content), len(content), now) for name, content in files]
    copy = snapshot(box, ledger)
    members.append(_member(LEDGER, copy.stream, copy.size, now))
    header = Header(now, copy.schema, settings.institution_code)
    start = beginning(header)
    size = sealed_size(start, sum(one.whole for one in members) + len(_END))
    return Backup(header, size, sealed(start, phrase, _archive(members)), copy.stream)


def _member(name: str, stream: BinaryIO, size: int, now: datetime) -> _Member:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(now.timestamp())
    return _Member(info.tobuf(tarfile.GNU_FORMAT), stream, size)


def _archive(members: list[_Member]) -> Iterator[bytes]:
    for one in members:
        yield one.head
        yield from _exactly(one.stream, one.size)
        yield bytes(-one.size % tarfile.BLOCKSIZE)
    yield _END


def _exactly(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """That many bytes. Raises `OSError` when there are fewer: no archive is better than a shifted one."""
    while size:
        piece = stream.read(min(_PIECE, size))
        if not piece:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        size -= len(piece)
        yield piece
