"""The virtual center's HTTPS server: mutual TLS, keep-alive, and every way of failing at the wire."""

import contextlib
import logging
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from appliance.demo.center_desk import Desk, ForeignClinicError
from appliance.demo.center_faults import Fault, FaultKind, Knobs
from appliance.demo.center_memory import Memory
from appliance.demo.center_pki import CenterFiles
from appliance.eligibility.center_reading import CHECK_HEADER, CONTENT_TYPE, HEALTH_PATH, Ask
from appliance.eligibility.message_xml import SIZE_LIMIT
from appliance.eligibility.trouble import Trouble
from appliance.identity import ServerFiles

_HANDSHAKE_SECONDS = 10.0
_IDLE_SECONDS = 120.0
_LARGEST_QUESTION = SIZE_LIMIT
_LARGEST_SINGLE = 1 << 20
"""One person's question; nobody needs more, and one that has more is turned away as a real server would."""
_SINGLE_PATHS = (Ask.NUMBERS.path, Ask.CARD.path)
_STATUS = {FaultKind.HTTP_500: 500, FaultKind.OUT_OF_HOURS: 503, FaultKind.REJECT_CLIENT: 403}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What a connection needs."""

    desk: Desk
    memory: Memory
    knobs: Knobs


class CenterServer(ThreadingHTTPServer):
    """Listens from construction until `server_close`. Every connection has a thread of its own."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], files: CenterFiles, parts: Parts) -> None:
        super().__init__(address, _Handler)
        self.parts = parts
        self._right, self._wrong = (_context(one, files) for one in (files.right, files.wrong))
        self._lock = threading.Lock()
        self._open: set[ssl.SSLSocket] = set()

    def cut_all(self) -> None:
        """Cut every open connection."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """TLS in the connection's own thread, so that one slow handshake keeps nobody else waiting."""
        fault = self.parts.knobs.fault
        is_wrong = fault is not None and fault.kind is FaultKind.WRONG_CERTIFICATE
        request.settimeout(_HANDSHAKE_SECONDS)
        with contextlib.suppress(OSError), self._secured(request, is_wrong) as connection:
            _Handler(connection, client_address, self)

    @contextlib.contextmanager
    def _secured(self, request: socket.socket, is_wrong: bool) -> Iterator[ssl.SSLSocket]:
        context = self._wrong if is_wrong else self._right
        with context.wrap_socket(request, server_side=True) as connection:
            with self._lock:
                self._open.add(connection)
            try:
                yield connection
            finally:
                with self._lock:
                    self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing to say about a client that went away; a bug is logged with its place."""
        _log.exception("a connection failed")


def _context(own: ServerFiles, files: CenterFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(own.certificate, own.key)
    context.load_verify_locations(files.clinic_ca)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "madoguchi-demo-center"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS
    wbufsize = -1
    server: CenterServer
    connection: ssl.SSLSocket

    def do_GET(self) -> None:
        """The health path of our reading."""
        fault = self._fault()
        if fault is not None and fault.kind in _STATUS:
            self._fail(fault)
        elif self.path == HEALTH_PATH:
            self._send(b"the virtual center is well\n", "text/plain", fault)
        else:
            self._send_status(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """A question."""
        question = self._question()
        fault = self._fault()
        ask = next((one for one in Ask if one.path == self.path), None)
        check_id = self.headers.get(CHECK_HEADER, "")
        if fault is not None and fault.kind in _STATUS:
            self._fail(fault)
        elif ask is None:
            self._send_status(HTTPStatus.NOT_FOUND)
        elif question is None or not check_id:
            self._send_status(HTTPStatus.BAD_REQUEST)
        else:
            self._answer(ask, check_id, question, fault)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Requests are not logged."""

    def _fault(self) -> Fault | None:
        return self.server.parts.knobs.take()

    def _question(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        largest = _LARGEST_SINGLE if self.path in _SINGLE_PATHS else _LARGEST_QUESTION
        if not length.isdigit() or int(length) > largest:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _answer(self, ask: Ask, check_id: str, question: bytes, fault: Fault | None) -> None:
        try:
            kind = fault.kind if fault else None
            answer = self.server.parts.desk.answer(ask, check_id, question, self._clinic(), kind)
        except ForeignClinicError:
            self._send_status(HTTPStatus.FORBIDDEN)
        except Trouble as trouble:
            _log.info("check %s: %s", check_id, trouble.code)
            self._send_status(HTTPStatus.BAD_REQUEST)
        else:
            self._send(answer, CONTENT_TYPE, fault, check_id)

    def _clinic(self) -> str:
        der = self.connection.getpeercert(binary_form=True)
        if der is None:
            return ""
        names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    def _fail(self, fault: Fault) -> None:
        wait = (
            {"Retry-After": str(max(1, round(fault.seconds)))} if fault.kind is FaultKind.OUT_OF_HOURS else {}
        )
        self._send_status(HTTPStatus(_STATUS[fault.kind]), wait)

    def _send_status(self, status: HTTPStatus, headers: dict[str, str] | None = None) -> None:
        self._head(status, {"Content-Length": "0", **(headers or {})})

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, body: bytes, content_type: str, fault: Fault | None, check_id: str = "") -> None:
        """Send an answer the way the knobs say."""
        knobs = self.server.parts.knobs
        if knobs.delay:
            knobs.wait(knobs.delay)
        kind = fault.kind if fault else None
        if fault is not None and kind is FaultKind.SLOW:
            knobs.wait(fault.seconds)
        if kind is FaultKind.DROP or knobs.is_down:
            self.close_connection = True
            return
        if kind is FaultKind.GARBAGE:
            body = secrets.token_bytes(len(body))
        headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
        self._head(HTTPStatus.OK, headers | ({CHECK_HEADER: check_id} if check_id else {}))
        if fault is not None and kind in (FaultKind.DRIP, FaultKind.TRUNCATED):
            self._send_in_part(body, fault)
            return
        if check_id and kind not in (FaultKind.GARBAGE, FaultKind.PROCESSING):
            # Before it goes out: whoever has the answer must find it counted.
            self.server.parts.memory.sent(check_id)
        self.wfile.write(body)

    def _send_in_part(self, body: bytes, fault: Fault) -> None:
        """Half of it, or a byte at a time until somebody turns the knobs."""
        self.close_connection = True
        if fault.kind is FaultKind.TRUNCATED:
            self.wfile.write(body[: len(body) // 2])
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.parts.knobs.wait(fault.seconds):
                return
