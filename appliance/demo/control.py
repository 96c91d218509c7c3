"""JSON lines over a unix socket: how the stand-ins of the demo are told what to do."""

import contextlib
import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.trouble import Trouble
from appliance.unix_address import short_address

Request = dict[str, Any]
Handler = Callable[[Request], Mapping[str, Any]]

_LONGEST_LINE = 1 << 20
_LONGEST_REPLY = 64 * 1024 * 1024
"""A center that was asked all morning says more than it is ever told."""
_log = logging.getLogger(__name__)


def _request(line: bytes) -> Request:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise Trouble("DEMO-002", "not JSON") from error
    if not isinstance(request, dict):
        raise Trouble("DEMO-002", "a request is a JSON object")
    return request


def _answer(handler: Handler, line: bytes) -> dict[str, Any]:
    try:
        return {"ok": True, **handler(_request(line))}
    except Trouble as trouble:
        return {"ok": False, "code": trouble.code, "message": trouble.detail or trouble.entry.title}
    except Exception:
        _log.exception("a control request failed")
        return {"ok": False, "code": "DEMO-003", "message": "see the log of the stand-in"}


class ControlServer:
    """Answers requests on one socket, each connection in its own thread, until closed."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self._path = path
        self._handler = handler
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path.unlink(missing_ok=True)
        with short_address(path) as name:
            self._listener.bind(name)
        path.chmod(0o600)
        self._listener.listen(16)
        self._thread = threading.Thread(target=self._accept, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections and remove the socket; answers under way are still sent."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)
        self._thread.join(timeout=2)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            while line := lines.readline(_LONGEST_LINE):
                reply = _answer(self._handler, line)
                connection.sendall(json.dumps(reply, ensure_ascii=False).encode() + b"\n")


def serve(path: Path, handler: Handler) -> ControlServer:
    """Serve `handler` on the unix socket `path` (mode 0600) and return at once.

    The handler gets the request object and returns the members of the reply; a `Trouble` it raises becomes
    `{"ok": false, "code": ..., "message": ...}`, anything else is logged and answered with DEMO-003.
    """
    return ControlServer(path, handler)


def _exchange(path: Path, request: Mapping[str, Any], timeout: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        with short_address(path) as name:
            connection.connect(name)
        connection.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        with connection.makefile("rb") as lines:
            return lines.readline(_LONGEST_REPLY)


def ask(path: Path, request: Mapping[str, Any], timeout: float = 20.0) -> dict[str, Any]:
    """Send one request and return the members of the reply; `timeout` is in seconds.

    Raises `Trouble` with the stand-in's own code when it refuses, and DEMO-001 when nobody answers.
    """
    try:
        line = _exchange(path, request, timeout)
    except OSError as error:
        raise Trouble("DEMO-001", f"{path.name}: {error.strerror or error}") from error
    if not line:
        raise Trouble("DEMO-001", f"{path.name}: closed without an answer")
    reply: dict[str, Any] = json.loads(line)
    if reply.pop("ok", False):
        return reply
    code = str(reply.get("code"))
    raise Trouble(code if code in CATALOGUE else "DEMO-003", str(reply.get("message", "")))
