"""A copy of the ledger beside it, of which only the pages are written that are others than in the copy before the last.

As readable as the ledger itself, and on the same encrypted partition. Keys of medical information and sign-ins are not in it
(`backup/snapshot.py`). Two are kept and written in turn, so that one is whole whenever the power goes.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from appliance.ledger.backup.restoring import keep
from appliance.ledger.backup.snapshot import cleaned
from appliance.ledger.own_copy import calling, looking, places
from appliance.ledger.own_copy.places import Copy
from appliance.settings import Box
from appliance.sharing import file_mode, make_folder

KEPT = 2
OFTEN = timedelta(hours=1)
SELDOM = timedelta(days=3)
A_DAY = 16 * 2**20
"""Bytes that copies may write a day, taken over days, for the flash's sake."""
LARGEST = 128 * 2**20
_NIGHTLY = timedelta(hours=20)
_PIECE = 2**20
_PAGE = 4096
_TRIES, _PAUSE = 50, 0.1
_MODES = slice(18, 20)
"""Of the file's head: by which way it is written. A copy has no write-ahead log beside it."""


class BrokenError(Exception):
    """The ledger itself is not sound; nothing was copied, and the look at it was called for."""


def is_due(box: Box, now: datetime) -> bool:
    """Whether it is time for one: hourly, later the more the last one wrote; a large ledger, which takes long to read, once a night."""
    last = next(iter(places.copies(box)), None)
    if last is None or last.made_at > now:
        return True
    spent = timedelta(days=last.written / A_DAY) if last.number > KEPT else OFTEN
    rest = max(_NIGHTLY if box.ledger_file.stat().st_size > LARGEST else OFTEN, spent)
    return now - last.made_at >= min(rest, SELDOM)


def copy(box: Box, now: datetime) -> Copy | None:
    """Make one; None when the ledger is too busy for it now. The folder is another process's while this one copies: it waits.

    Only for a process that has the ledger not open: closing a file takes this process's locks on it away, SQLite's too.
    Raises `BrokenError`, `OSError`, `sqlite3.Error`, for instance when the disk is full; then the newest copy is as it was.
    """
    folder = places.copies_folder(box)
    make_folder(folder)
    with _alone_in(folder):
        found = places.copies(box)
        making = folder / places.MAKING
        for old in found[KEPT - 1 :]:
            # From here on it is the ground that the new one is laid on, and no copy any more.
            old.path.replace(making)
        written = _laid_over(box, making, file_mode(folder))
        if written is None:
            return None
        cleaned(making)
        if fault := looking.fault_of(making, thorough=False, seconds=looking.WHOLE):
            making.unlink()
            _judge(box, fault)
        path = folder / places.name_of_copy(max((one.number for one in found), default=0) + 1, now, written)
        making.replace(path)
        keep(folder)
    return places.copies(box)[0]


def _judge(box: Box, fault: str) -> None:
    """The copy is no good: is it the ledger, or what we wrote? Raises `BrokenError` or `OSError`."""
    if looking.fault_of(box.ledger_file, thorough=False, seconds=looking.WHOLE):
        calling.call(box.root)
        raise BrokenError(fault)
    raise OSError(f"the copy is not sound: {fault}")


def _laid_over(box: Box, making: Path, mode: int) -> int | None:
    """Make the one like the ledger; how many bytes that took, None when it could not be had still."""
    # The file is closed after the connection, whose locks would go with it.
    with box.ledger_file.open("rb") as source:
        try:
            with _still(box.ledger_file) as is_still:
                return _take_over(source, making, mode) if is_still else None
        except sqlite3.DatabaseError as error:
            if calling.is_broken(error):
                calling.call(box.root)
                raise BrokenError(type(error).__name__) from error
            raise


@contextlib.contextmanager
def _still(ledger: Path) -> Iterator[bool]:
    """While inside nothing is moved into the ledger's own file; others read and write on, into the log. False when it cannot be had.

    A reader that began when the log was empty reads the file itself, and SQLite moves nothing into it before such a one ends.
    """
    with closing(sqlite3.connect(ledger, timeout=0, isolation_level=None)) as connection:
        log = ledger.with_name(f"{ledger.name}-wal")
        for _ in range(_TRIES):
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            if not log.exists() or log.stat().st_size == 0:
                yield True
                connection.execute("ROLLBACK")
                return
            connection.execute("ROLLBACK")
            time.sleep(_PAUSE)
        yield False


def _take_over(source: BinaryIO, making: Path, mode: int) -> int:
    written = at = 0
    with os.fdopen(os.open(making, os.O_RDWR | os.O_CREAT, mode), "r+b") as target:
        while piece := source.read(_PIECE):
            wanted = bytearray(piece)
            if at == 0:
                wanted[_MODES] = b"\x01\x01"
            written += _write_what_differs(target.fileno(), bytes(wanted), at)
            at += len(wanted)
        target.truncate(at)
        os.fsync(target.fileno())
    return written


def _write_what_differs(target: int, wanted: bytes, at: int) -> int:
    there = os.pread(target, len(wanted), at)
    if there == wanted:
        return 0
    written = 0
    for begin in range(0, len(wanted), _PAGE):
        page = wanted[begin : begin + _PAGE]
        if page != there[begin : begin + _PAGE]:
            written += os.pwrite(target, page, at + begin)
    return written


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
