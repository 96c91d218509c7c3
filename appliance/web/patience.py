"""How long a client may take to say what it wants, so that no silent and no slow one keeps a thread.

It says nothing of how long an answer takes.
"""

import errno
import math
import socket
import ssl
import time

MOST_SILENCE = 10
"""Seconds a client may say nothing in the middle of a handshake or a request."""

MOST_REQUEST = 20.0
"""Seconds for a whole request, and more for its bytes: one that drips a byte before each silence is over gets no further."""

SLOWEST = 8192
"""Bytes in a second at which a long request may still come in."""


class PatientSocket(socket.socket):
    """A blocking socket with our patience, which gunicorn takes for one that waits for ever."""

    _ends = math.inf

    def begin(self) -> None:
        """A request begins here."""
        self._ends = time.monotonic() + MOST_REQUEST

    def settimeout(self, value: float | None) -> None:
        """As of a socket, but None means our patience."""
        super().settimeout(MOST_SILENCE if value is None else value)

    def setblocking(self, flag: bool) -> None:
        """As of a socket, within our patience."""
        self.settimeout(None if flag else 0.0)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """As of a socket. Raises `ConnectionResetError` for a silent or a slow client, which gunicorn takes as gone."""
        left, silence = self._ends - time.monotonic(), self.gettimeout()
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "slow")
        if silence is not None and left < silence:
            self.settimeout(left)
        try:
            found = super().recv(buflen, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "silent") from error
        finally:
            # What was left of this request is not what an answer, or the next request, may take.
            super().settimeout(silence)
        self._ends += len(found) / SLOWEST
        return found


class PatientTlsSocket(PatientSocket, ssl.SSLSocket):
    """The same over TLS."""

    def do_handshake(self, block: bool = False) -> None:
        """As of a socket; a request begins at its end. Raises `ConnectionResetError` for a client that stops in it."""
        try:
            super().do_handshake(block)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "silent") from error
        self.begin()
