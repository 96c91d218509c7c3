"""The bell: a commit in one process wakes the others, without polling.

Every listener has a datagram socket in the bell folder; ringing sends one byte to each. A wake-up can get lost
(a full buffer, a listener just being born), so nobody may wait longer than `LONGEST_WAIT` before looking again.
"""

import contextlib
import os
import secrets
import select
import socket
from pathlib import Path
from types import TracebackType

LONGEST_WAIT = 1.0
_SUFFIX = ".bell"


class Bell:
    """Rings all listeners whose sockets lie in `folder`. Thread-safe; never blocks; never raises for a dead listener."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._dir = os.open(folder, os.O_PATH | os.O_DIRECTORY)

    def ring(self) -> None:
        """Wake every listener. A listener whose process died is swept away."""
        for name in os.listdir(self._folder):
            if not name.endswith(_SUFFIX):
                continue
            try:
                self._socket.sendto(b"!", f"/proc/self/fd/{self._dir}/{name}")
            except BlockingIOError:
                pass  # its buffer is full: it has been rung often enough
            except ConnectionRefusedError:
                (self._folder / name).unlink(missing_ok=True)
            except OSError:
                pass  # gone between listing and ringing

    def close(self) -> None:
        """Give back the descriptors."""
        self._socket.close()
        os.close(self._dir)


class BellListener:
    """One ear at the bell. Use one a thread; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        directory = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        try:
            self._socket.bind(f"/proc/self/fd/{directory}/{self._path.name}")
        finally:
            os.close(directory)

    def wait(self, timeout: float = LONGEST_WAIT) -> bool:
        """Sleep until the bell rings or `timeout` seconds (at most `LONGEST_WAIT`) pass; whether it rang."""
        ready, _, _ = select.select([self._socket], [], [], min(max(timeout, 0.0), LONGEST_WAIT))
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
