"""The bell: a commit in one process wakes the others, without polling.

Every listener has a datagram socket in the bell folder; ringing sends one byte to each. A wake-up can get lost
(a full buffer, a listener just being born), so nobody may wait longer than `LONGEST_WAIT` before looking again.
"""

import contextlib
import os
import secrets
import select
import socket
import weakref
from pathlib import Path
from types import TracebackType

from appliance.unix_address import short_address

LONGEST_WAIT = 1.0
_SUFFIX = ".bell"


class Bell:
    """Rings all listeners whose sockets lie in `folder`. Thread-safe; never blocks; never raises for a dead listener."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._dir = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._close = weakref.finalize(self, _give_back, self._socket, self._dir)

    def ring(self) -> None:
        """Wake every listener. A listener whose process died is swept away.

        What was committed is committed: whatever goes wrong here costs the listeners a second, the caller nothing.
        """
        with contextlib.suppress(OSError):
            for name in os.listdir(self._folder):
                if name.endswith(_SUFFIX):
                    self._ring_one(name)

    def _ring_one(self, name: str) -> None:
        try:
            self._socket.sendto(b"!", f"/proc/self/fd/{self._dir}/{name}")
        except BlockingIOError:
            pass  # its buffer is full: it has been rung often enough
        except ConnectionRefusedError:
            (self._folder / name).unlink(missing_ok=True)
        except OSError:
            pass  # gone between listing and ringing

    def close(self) -> None:
        """Give back the descriptors; a second time does nothing."""
        self._close()


def _give_back(ear: socket.socket, directory: int) -> None:
    ear.close()
    os.close(directory)


class BellListener:
    """One ear at the bell. Use one a thread; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        with short_address(folder / self._path.stem) as address:
            # Born under another name: a ring between making the file and listening would sweep it away.
            self._socket.bind(address)
            os.rename(address, f"{address}{_SUFFIX}")

    def wait(self, timeout: float = LONGEST_WAIT) -> bool:
        """Sleep until the bell rings or `timeout` seconds (at most `LONGEST_WAIT`) pass; whether it rang."""
        # poll, because select gives up at the 1024th descriptor and web holds one for every open page
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        ready = poll.poll(1000 * min(max(timeout, 0.0), LONGEST_WAIT))
        if ready:
            self._drain()
        return bool(ready)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(16)

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
