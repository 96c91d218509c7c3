"""The bell: a commit in one process wakes the others, without polling.

Every listener has a datagram socket in the bell folder, whose name says what it wants to hear of; ringing sends a few
bytes, what has changed, to each that wants it. A wake-up can get lost (a full buffer, a listener just being born), so
nobody may wait longer than `LONGEST_WAIT` before looking again.
"""

import contextlib
import os
import secrets
import select
import socket
import time
import weakref
from enum import IntFlag, auto
from pathlib import Path
from types import TracebackType

from appliance.unix_address import short_address

LONGEST_WAIT = 1.0
_SUFFIX = ".bell"
_BYTES = 4
"""What a ring has room for: 32 topics."""


class Topic(IntFlag):
    """What a commit may have changed. On a small machine each thread woken for nothing stands in the way of another."""

    QUESTIONS = auto()
    """A check may be due to be asked."""
    CHECKS = auto()
    """A check, or what became of its deliveries, looks different."""
    DELIVERIES = auto()
    """Something is owed to a consumer, or due again."""
    READERS = auto()
    """The visit at a reader, or which readers there are."""
    CONDITIONS = auto()
    """The state of a link."""
    OTHER = auto()
    """What nobody waits for: sign-ins, the audit trail."""
    TASKS = auto()
    """What a person has to do."""
    DESKS = auto()
    """Which page of reception has what before it."""


EVERYTHING = ~Topic(0)


class Bell:
    """Rings all listeners whose sockets lie in `folder`. Thread-safe; never blocks; never raises for a dead listener."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._dir = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._close = weakref.finalize(self, _give_back, self._socket, self._dir)

    def ring(self, topics: Topic = EVERYTHING) -> None:
        """Wake every listener to one of `topics`. One whose process died is swept away.

        What was committed is committed: whatever goes wrong here costs the listeners a second, the caller nothing.
        """
        with contextlib.suppress(OSError):
            for name in os.listdir(self._folder):
                if name.endswith(_SUFFIX) and (heard := _wanted(name) & topics):
                    self._ring_one(name, heard)

    def _ring_one(self, name: str, heard: Topic) -> None:
        try:
            self._socket.sendto(heard.to_bytes(_BYTES), f"/proc/self/fd/{self._dir}/{name}")
        except BlockingIOError:
            pass  # its buffer is full: it has been rung often enough
        except ConnectionRefusedError:
            # A folder somebody put here refuses too, and must not end the round before the others are rung.
            with contextlib.suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)
        except OSError:
            pass  # gone between listing and ringing

    def close(self) -> None:
        """Give back the descriptors; a second time does nothing."""
        self._close()


def _wanted(name: str) -> Topic:
    """What the listener with this name wants to hear of; everything when the name does not say."""
    try:
        return EVERYTHING & int(name.removesuffix(_SUFFIX).rpartition(".")[2], 16)
    except ValueError:
        return EVERYTHING


def _give_back(ear: socket.socket, directory: int) -> None:
    ear.close()
    os.close(directory)


class BellListener:
    """One ear at the bell, which hears of `topics`. Use one a thread; a context manager."""

    def __init__(self, folder: Path, topics: Topic = EVERYTHING) -> None:
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.{topics:02x}{_SUFFIX}"
        self._all_told = 0.0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        with short_address(folder / self._path.stem) as address:
            # Born under another name: a ring between making the file and listening would sweep it away.
            self._socket.bind(address)
            os.rename(address, f"{address}{_SUFFIX}")

    def news(self, timeout: float = LONGEST_WAIT) -> Topic:
        """Sleep as `wait` does; what to look at now.

        That is what rang, and everything at least once in `LONGEST_WAIT`, because a ring may have been lost.
        """
        rang, now = self.wait(timeout), time.monotonic()
        if rang and now - self._all_told < LONGEST_WAIT:
            return rang
        self._all_told = now
        return EVERYTHING

    def wait(self, timeout: float = LONGEST_WAIT) -> Topic:
        """Sleep until the bell rings or `timeout` seconds (at most `LONGEST_WAIT`) pass; what rang, nothing if it did not."""
        # poll, because select gives up at the 1024th descriptor and web holds one for every open page
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        ready = poll.poll(1000 * min(max(timeout, 0.0), LONGEST_WAIT))
        return self._drain() if ready else Topic(0)

    def _drain(self) -> Topic:
        heard = Topic(0)
        with contextlib.suppress(BlockingIOError):
            while True:
                heard |= int.from_bytes(self._socket.recv(_BYTES))
        return heard

    def close(self) -> None:
        """Stop listening."""
        self._path.unlink(missing_ok=True)
        self._socket.close()

    def __enter__(self) -> "BellListener":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
