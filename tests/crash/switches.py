"""Switches that all processes of one box share: after how many steps to die, when the disk is full, what time it is.

A step is a statement that writes, a bell that rings, or a call that changes a file system: between two of them nothing
that outlives the process changes. Both counts are of steps to come; 0 is never.
"""

import errno
import mmap
import os
import signal
import struct
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from appliance.ledger import times
from appliance.ledger.bell import EVERYTHING, Bell, Topic
from appliance.ledger.database import Ledger

_CHANGES = ("open", "replace", "unlink", "fsync", "mkdir")
_FOLDERS = frozenset({"req", "res", "face", ".madoguchi-tmp"})
_LAYOUT = struct.Struct("qqqdq")
_CHANGES_NOTHING = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE")


class Switches:
    """The switches of the box whose file this is; anybody may turn them, at any time."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_LAYOUT.pack(0, 0, 0, 0.0, 0))
        with file.open("r+b") as stream:
            self._memory = mmap.mmap(stream.fileno(), _LAYOUT.size)
        self._lock = threading.Lock()
        self._last_words = file.with_suffix(".last")

    def die_at(self, step: int) -> None:
        """Whoever is about to take this step from now dies, with all its process group."""
        self._write(0, step)

    def fill_at(self, write: int) -> None:
        """From this write on the disk is full, until `make_room`."""
        self._write(2, 0)
        self._write(1, write)

    def make_room(self) -> None:
        """Let writes through again."""
        self._write(1, 0)
        self._write(2, 0)

    @property
    def is_full(self) -> bool:
        """Whether a write was refused since `fill_at`."""
        return self._read(2) == 1

    @property
    def is_armed(self) -> bool:
        """Whether somebody has still to die or a write to be refused."""
        return self._read(0) > 0 or self._read(1) > 0

    def set_clock(self, ahead: timedelta) -> None:
        """By how much everybody's clock is ahead of the true one."""
        self._memory[24:32] = struct.pack("d", ahead.total_seconds())

    def now(self) -> datetime:
        """The time by everybody's clock."""
        return times.utc_now() + timedelta(seconds=struct.unpack("d", self._memory[24:32])[0])

    def step(self, name: str) -> None:
        """One step is about to be taken; who dies of it leaves its `name` behind."""
        with self._lock:
            left = self._read(0)
            self._write(4, self.taken + 1)
            if left > 0:
                self._write(0, left - 1)
            if left == 1:
                self._last_words.write_text(name)
                os.killpg(os.getpgrp(), signal.SIGKILL)

    @property
    def taken(self) -> int:
        """How many steps were taken, about: two processes may count one of them together."""
        return self._read(4)

    @property
    def last_words(self) -> str:
        """The step before which the last one died."""
        return self._last_words.read_text()

    def has_room(self) -> bool:
        """One write is about to be made: whether the disk takes it."""
        with self._lock:
            left = self._read(1)
            if left > 0:
                self._write(1, left - 1)
            if left == 1:
                self._write(2, 1)
            return self._read(2) == 0

    def _read(self, place: int) -> int:
        return int.from_bytes(self._memory[8 * place : 8 * place + 8], "little", signed=True)

    def _write(self, place: int, value: int) -> None:
        self._memory[8 * place : 8 * place + 8] = value.to_bytes(8, "little", signed=True)


def make_mortal(switches: Switches) -> None:
    """Let this process and its children count their steps. For a process that is about to end."""
    connect, ring = Ledger._connect, Bell.ring

    def connected(self: Ledger) -> Database:
        db = connect(self)
        db.conn.set_trace_callback(lambda statement: _run(switches, statement))
        return db

    def rung(self: Bell, topics: Topic = EVERYTHING) -> None:
        switches.step("ring")
        ring(self, topics)

    Ledger._connect = connected  # type: ignore[method-assign]
    Bell.ring = rung  # type: ignore[method-assign]
    for name in _CHANGES:
        setattr(os, name, _counted(switches, getattr(os, name), name))


def _run(switches: Switches, statement: str) -> None:
    words = statement.split(maxsplit=3)
    if not words[0].upper().startswith(_CHANGES_NOTHING):
        # Of a statement only what it does to which table: its values are patients'.
        switches.step(" ".join(words[:3]).partition("(")[0])


def _counted(switches: Switches, real: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`real`, which dies when its step comes and fails as on a full disk while there is no room."""

    def call(*arguments: Any, **named: Any) -> Any:
        if name != "fsync" and not _concerns_folder(arguments):
            return real(*arguments, **named)
        if name == "open" and not _writes(arguments):
            return real(*arguments, **named)
        if name != "mkdir":  # that is tried at every look and does nothing
            switches.step(name)
        if name != "unlink" and not switches.has_room():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **named)

    return call


def _writes(arguments: tuple[Any, ...]) -> bool:
    return len(arguments) > 1 and bool(arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _concerns_folder(arguments: tuple[Any, ...]) -> bool:
    """Whether a path below the shared folder is among them."""
    paths = (one for one in arguments if isinstance(one, str | os.PathLike))
    return any(not _FOLDERS.isdisjoint(os.fspath(one).split("/")) for one in paths)
