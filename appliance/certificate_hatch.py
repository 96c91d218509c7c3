"""The way of a new certificate to the sync process: from the page through a local socket, over no disk.

The page has file and pass phrase for the length of one request and cannot keep them; sync opens the file, locks the key
away and says what it found. A socket is simpler than a sealed drop: nothing to seal, nothing left lying, and the
answer comes at once, or the page learns that sync is not there.
"""

import base64
import contextlib
import json
import logging
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.eligibility.trouble import Trouble
from appliance.own_socket import OwnSocketServer
from appliance.unix_address import short_address

LINE_LIMIT = 200_000
ANSWER_TIMEOUT = 40.0
"""A TPM may have to be asked for the safe's key first."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class NewCertificate:
    """A PKCS#12 file, its pass phrase, and who brings it. Neither file nor phrase is in its repr."""

    content: bytes = field(repr=False)
    passphrase: str = field(repr=False)
    by: str


Take = Callable[[NewCertificate], str]


class CertificateHatch:
    """Sync's side. `take` gets each certificate in a thread of its own; it returns the fingerprint or raises `Trouble`."""

    def __init__(self, path: Path, take: Take) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        with short_address(path) as address:
            self._server = _Server(address, _Handler)
        self._server.take = take
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="certificate-hatch", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering and remove the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._path.unlink(missing_ok=True)


def hand_over(path: Path, new: NewCertificate) -> str:
    """Hand a certificate to sync; the fingerprint under which it is offered now.

    Raises `Trouble`: CERT-010 when sync does not answer, or what sync says is wrong with it.
    """
    request = {
        "content": base64.b64encode(new.content).decode("ascii"),
        "passphrase": new.passphrase,
        "by": new.by,
    }
    try:
        with socket.socket(socket.AF_UNIX) as connection, short_address(path) as address:
            connection.settimeout(ANSWER_TIMEOUT)
            connection.connect(address)
            connection.sendall(json.dumps(request).encode() + b"\n")
            said = json.loads(connection.makefile("rb").readline(LINE_LIMIT))
        code, detail, fingerprint = said["code"], said["detail"], said["fingerprint"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Trouble("CERT-010", type(error).__name__) from error
    if code:
        raise Trouble(code, detail)
    return str(fingerprint)


class _Server(OwnSocketServer):
    take: Take


class _Handler(socketserver.StreamRequestHandler):
    timeout = ANSWER_TIMEOUT
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            said = self._said(self.rfile.readline(LINE_LIMIT))
            self.wfile.write(json.dumps(said).encode() + b"\n")

    def _said(self, line: bytes) -> dict[str, str]:
        said = {"code": "", "detail": "", "fingerprint": ""}
        try:
            said["fingerprint"] = self.server.take(_certificate(json.loads(line)))
        except Trouble as trouble:
            return said | {"code": trouble.code, "detail": trouble.detail}
        except (ValueError, KeyError, TypeError, RecursionError):
            return said | {"code": "INPUT-001"}
        except Exception as error:
            # Only its kind: a text or a traceback might hold the pass phrase.
            _LOG.error("BOX-005 %s", type(error).__name__)
            return said | {"code": "BOX-005"}
        return said


def _certificate(values: Any) -> NewCertificate:
    content, passphrase, by = values["content"], values["passphrase"], values["by"]
    if not all(isinstance(one, str) for one in (content, passphrase, by)):
        raise TypeError("not a text")
    return NewCertificate(base64.b64decode(content, validate=True), passphrase, by)
