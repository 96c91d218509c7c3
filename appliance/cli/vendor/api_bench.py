"""The bench of a consumer of the HTTP API: the real application over TLS with the box's own certificate, on loopback only."""

import io
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from appliance.cli.vendor.api_gate import ASKS, LOST, Gate
from appliance.cli.vendor.bench import NAME, Bench, Terms
from appliance.cli.vendor.program import Commands
from appliance.ledger import api_tokens
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import utc_now
from appliance.sync.broker_accounts import replace_private

HOST = "127.0.0.1"
CA = "ca.pem"
_BY = "vendor-check"
_LOOK_SECONDS = 0.05


class _Reader(io.BufferedReader):
    """What a caller still sends. One that went away has nothing more to say."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file, but without an error."""
        try:
            return super().read(size)
        except OSError:
            return b""


class _Handler(WSGIRequestHandler):
    """Says nothing of calls, for the gate has seen them. A connection that breaks is over, with all that was open of it."""

    def setup(self) -> None:
        """After an answer werkzeug reads what the caller still sends; where that fails, it leaves the answer's file open."""
        super().setup()
        self.rfile = _Reader(cast("io.BufferedReader", self.rfile).detach())

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Keep it for no further call."""
        self.close_connection = True

    def log(self, *_: Any) -> None:
        """Nothing."""


class ApiBench(Bench):
    """One box with one consumer of its API. Belongs to one thread."""

    kind = ConsumerKind.API

    def __init__(self, root: Path, folder: Path, commands: Commands, terms: Terms) -> None:
        super().__init__(root, folder, commands, terms)
        # How often it calls is looked at where the gate is busy; the rest must not be held up by it.
        self.settings = replace(self.settings, api_requests_a_minute=1_000_000)
        self._gate = Gate()
        self._server: BaseWSGIServer | None = None
        self._port = 0

    @property
    def witness(self) -> Gate:
        """Who sees what passes."""
        return self._gate

    def open(self) -> None:
        """Register the consumer, let the API listen, hand the token out."""
        self.register()
        self.start_box()
        (self.credentials.with_name(CA)).write_bytes((self.box.tls_dir / "ca.pem").read_bytes())
        self.hand_out_token()

    def close(self) -> None:
        """End everything."""
        self.program.end()
        self.stop_box()
        self.ledger.close()

    def start_box(self) -> None:
        """Let the API listen, at the address it had before."""
        from appliance.web.app import create_app  # noqa: PLC0415 - all the pages; no other kind needs them
        from appliance.web.room import EXTENSION  # noqa: PLC0415
        from appliance.web.service import server_files  # noqa: PLC0415

        files = server_files(self.box)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(files.certificate, files.key)
        app = create_app(self.box, self.ledger, self.settings, utc_now)
        self._gate.application = app.wsgi_app
        self._hub = app.extensions[EXTENSION].hub
        self._server = make_server(
            HOST, self._port, self._gate, threaded=True, request_handler=_Handler, ssl_context=context
        )
        self._port = self._server.server_port
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(_LOOK_SECONDS,), name="api", daemon=True).start()

    def stop_box(self) -> None:
        """Listen no more; calls that wait end."""
        if self._server is not None:
            self._hub.end_streams()
            self.ledger.ring()
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            self._gate.application = None

    def has_come(self, seconds: float) -> bool:
        """Whether it has fetched within `seconds`; a result waits for it."""
        self.deliver("valid")
        return self._gate.until(lambda: any(one.status == 200 for one in self._gate.calls), seconds)

    def offer(self, word: str, message: dict[str, object]) -> None:
        """Give it with the next answer, and with each until it is acknowledged."""
        self._gate.slip(word, message)

    @contextmanager
    def lost_answers(self) -> Iterator[None]:
        """As of every bench; the calls arrive, and the line breaks before their answers."""
        before = len(self._gate.seen)
        self._gate.loses_answers = True
        try:
            yield
            # What was asked has arrived; its answer has still to be lost.
            self._gate.until(
                lambda: self._payloads(before, *ASKS) <= self._payloads(before, LOST), self.patience
            )
        finally:
            self._gate.loses_answers = False

    def _payloads(self, before: int, *words: str) -> set[bytes]:
        return {one.payload for one in self._gate.seen[before:] if one.word in words}

    def hand_out_token(self) -> None:
        """A new token, and the file with it."""
        facts = {
            "url": f"https://{HOST}:{self._port}",
            "ca": CA,
            "consumer": NAME,
            "token": api_tokens.make(self.ledger, NAME, _BY, utc_now()),
        }
        replace_private(self.credentials, json.dumps(facts, indent=2) + "\n")

    def revoke_tokens(self) -> None:
        """What the clinic's engineer does with a token that somebody lost."""
        api_tokens.revoke_all(self.ledger, NAME, _BY, utc_now())
