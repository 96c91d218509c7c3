"""One TLS connection to the center, kept alive between questions, with limits that hold against any server."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException

import urllib3
from urllib3.connection import HTTPSConnection

from appliance.eligibility.message_xml import SIZE_LIMIT
from appliance.eligibility.trouble import Trouble

_CHUNK = 65536
_REFUSED_BY_ALERT = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE")


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, between two pieces of an answer, and for everything together."""

    connect: float
    read: float
    total: float


@dataclass(frozen=True)
class Call:
    """One HTTP request, and how many bytes its answer may have."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False, default=b"")
    largest: int = SIZE_LIMIT


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, complete."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class SilentCloseError(Exception):
    """The connection ended before anything of an answer came."""


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float) -> float:
        """Seconds left, `most` at most. Raises `Trouble` LINE-002 when it is over."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise Trouble("LINE-002", "total")
        return min(seconds, most)


class CenterConnection:
    """One connection. Used by one thread at a time; `cut` may come from any thread."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, limits: Limits) -> None:
        self.context = context
        self._limits = limits
        self._http = HTTPSConnection(host, port, ssl_context=context)
        self._cut = threading.Event()

    @property
    def is_usable(self) -> bool:
        """Whether it is open and the other side has not closed it."""
        return self._http.is_connected and not self._cut.is_set()

    def cut(self) -> None:
        """End whatever is under way, now."""
        self._cut.set()
        sock = self._http.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown, which would turn the other thread's TLS off under its hands.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give back the descriptor."""
        self._http.close()

    def exchange(self, call: Call, deadline: Deadline) -> Answer:
        """Send `call` and return the whole answer.

        Raises `SilentCloseError` when nothing of an answer came, else `Trouble` as `CenterLink` says. After any of
        them the connection is closed.
        """
        try:
            self._connect(deadline)
            with self._hard_limit(deadline):
                answer = self._talk(call, deadline)
        except BaseException:
            self.close()
            raise
        return answer

    def _connect(self, deadline: Deadline) -> None:
        if self._http.sock is not None:
            return
        self._http.timeout = deadline.left(self._limits.connect)
        try:
            self._http.connect()
        except ssl.SSLCertVerificationError as error:
            raise Trouble("CENTER-001", error.verify_message) from error
        except ssl.SSLError as error:
            raise _of_tls(error, "LINE-001") from error
        except TimeoutError as error:
            raise Trouble("LINE-002", "TLS handshake") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Trouble("LINE-001", type(error).__name__) from error

    @contextlib.contextmanager
    def _hard_limit(self, deadline: Deadline) -> Iterator[None]:
        """Cut the connection when time is up: a server that sends a byte a second never runs into a read timeout."""
        timer = threading.Timer(deadline.left(self._limits.total), self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (SilentCloseError, Trouble) as error:
            self._check_cut(error)
            raise
        finally:
            timer.cancel()
        # An end in the middle of the headers looks like the end of the headers.
        self._check_cut(None)

    def _check_cut(self, cause: Exception | None) -> None:
        if self._cut.is_set():
            raise Trouble("LINE-002", "total") from cause

    def _talk(self, call: Call, deadline: Deadline) -> Answer:
        self._http.timeout = deadline.left(self._limits.read)
        try:
            self._send(call)
            response = self._http.getresponse()
            body = self._body(response, call.largest)
        except TimeoutError as error:
            raise Trouble("LINE-002", "read") from error
        except urllib3.exceptions.ReadTimeoutError as error:
            raise Trouble("LINE-002", "read") from error
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError) as error:
            raise SilentCloseError(type(error).__name__) from error
        except ssl.SSLError as error:
            raise _of_tls(error, "LINE-003") from error
        except HTTPException as error:
            raise Trouble("CENTER-002", type(error).__name__) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Trouble("LINE-003", type(error).__name__) from error
        return Answer(response.status, response.headers, body)

    def _send(self, call: Call) -> None:
        sock = self._http.sock
        if sock is not None:
            sock.settimeout(self._http.timeout)
        # A center that refuses says so and closes while we are still sending: what it said can be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            self._http.request(
                call.method,
                call.path,
                body=call.body or None,
                headers=call.headers,
                preload_content=False,
                decode_content=False,
            )

    def _body(self, response: urllib3.HTTPResponse, largest: int) -> bytes:
        found = bytearray()
        try:
            while chunk := response.read(_CHUNK):
                found += chunk
                if len(found) > largest:
                    raise Trouble("CENTER-002", f"{largest} バイトを超えます")
        except ConnectionError as error:
            raise Trouble("LINE-003", type(error).__name__) from error
        finally:
            response.close()
        return bytes(found)


def _of_tls(error: ssl.SSLError, otherwise: str) -> Trouble:
    reason = error.reason or ""
    refused = "ALERT" in reason and any(word in reason for word in _REFUSED_BY_ALERT)
    return Trouble("CENTER-005" if refused else otherwise, reason)
