"""The way of a paper's picture to the devices process and of what was read back to the page: a local socket, no disk.

The web process holds no OCR and the devices process no page; the picture is in the memory of both for as long as a
reading takes. The same line of JSON carries an answer from the worker to the devices process and on to the page.
"""

import base64
import contextlib
import json
import logging
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.eligibility.papers import Check, FieldReading, PaperReading
from appliance.eligibility.trouble import Trouble
from appliance.own_socket import OwnSocketServer
from appliance.unix_address import short_address

MOST_BYTES = 16 * 1024 * 1024
"""Of a picture."""

MOST_ANSWER = 4 * 1024 * 1024
ANSWER_TIMEOUT = 150.0
"""Seconds: one reading under way and then ours, on a slow board."""

_SIZE = 8
_SENDING_TIMEOUT = 10.0
_LOG = logging.getLogger(__name__)

Read = Callable[[bytes], PaperReading]


class PaperHatch:
    """Devices' side. `read` gets each picture in a thread of its own; it returns the reading or raises `Trouble`."""

    def __init__(self, path: Path, read: Read) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        with short_address(path) as address:
            self._server = _Server(address, _Handler)
        self._server.read = read
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="paper-hatch", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering and remove the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._path.unlink(missing_ok=True)


def have_read(path: Path, picture: bytes) -> PaperReading:
    """Have the devices process read `picture`.

    Raises `Trouble`: BOX-003 when it does not answer, otherwise what it says is wrong (PAPER-001 to PAPER-004).
    """
    if len(picture) > MOST_BYTES:
        raise Trouble("PAPER-001", f"{MOST_BYTES // 1024 // 1024}MBまでです")
    try:
        with socket.socket(socket.AF_UNIX) as connection, short_address(path) as address:
            connection.settimeout(ANSWER_TIMEOUT)
            connection.connect(address)
            connection.sendall(len(picture).to_bytes(_SIZE, "big") + picture)
            line = connection.makefile("rb").readline(MOST_ANSWER)
    except OSError as error:
        raise Trouble("BOX-003", type(error).__name__) from error
    return unpacked(line)


def packed(reading: PaperReading) -> bytes:
    """A reading as one line of JSON."""
    values = asdict(reading) | {"picture": base64.b64encode(reading.picture).decode("ascii")}
    return _line({"code": "", "detail": "", "reading": values})


def packed_trouble(trouble: Trouble) -> bytes:
    """A trouble as one line of JSON."""
    return _line({"code": trouble.code, "detail": trouble.detail})


def unpacked(line: bytes) -> PaperReading:
    """The reading in a line. Raises the `Trouble` that it holds, BOX-003 for a line that is broken off or none at all."""
    try:
        said = json.loads(line)
        code, detail = said["code"], said["detail"]
        if not code:
            return _reading(said["reading"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Trouble("BOX-003", type(error).__name__) from error
    raise Trouble(code, detail)


class _Server(OwnSocketServer):
    read: Read


class _Handler(socketserver.StreamRequestHandler):
    timeout = _SENDING_TIMEOUT
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(self._said())

    def _said(self) -> bytes:
        size = int.from_bytes(self.rfile.read(_SIZE), "big")
        if not 0 < size <= MOST_BYTES:
            return packed_trouble(Trouble("PAPER-001", "大きさが範囲の外です"))
        picture = self.rfile.read(size)
        if len(picture) != size:
            return packed_trouble(Trouble("PAPER-001", "途中で切れました"))
        try:
            return packed(self.server.read(picture))
        except Trouble as trouble:
            return packed_trouble(trouble)
        except Exception as error:
            # Only its kind: a text or a traceback might hold what stands on the paper.
            _LOG.error("BOX-005 %s", type(error).__name__)
            return packed_trouble(Trouble("BOX-005"))


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def _reading(values: dict[str, Any]) -> PaperReading:
    return PaperReading(
        document=values["document"],
        label=values["label"],
        fields=tuple(_field(one) for one in values["fields"]),
        picture=base64.b64decode(values["picture"], validate=True),
    )


def _field(values: dict[str, Any]) -> FieldReading:
    box = values.pop("box")
    check = Check(values.pop("check"))
    return FieldReading(**values, check=check, box=tuple(box) if box is not None else None)
