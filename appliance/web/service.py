"""The web process: gunicorn with one worker and many threads, over TLS with a certificate of the box's own CA."""

import errno
import socket
import ssl
from collections.abc import Callable
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from appliance import identity
from appliance.ledger import settings_in_use
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.log_lines import LogLines
from appliance.settings import Box, Settings
from appliance.web.api.waits import MOST_WAITS
from appliance.web.app import create_app
from appliance.web.live import MOST_STREAMS
from appliance.web.room import EXTENSION

THREADS = MOST_STREAMS + MOST_WAITS + 28
"""Every open stream and every call of the API that waits holds a thread; the rest is for everything else."""

STOP_WITHIN = 3
MOST_SILENCE = 10
"""Seconds a client may say nothing in the middle of a handshake or a request."""

CA_NAME = "madoguchi 装置のCA"  # as the broker names it: whichever starts first makes the CA of both


class PatientSocket(ssl.SSLSocket):
    """A blocking socket that waits `MOST_SILENCE` at most, so that silent clients cannot keep all threads for ever."""

    def settimeout(self, value: float | None) -> None:
        """As of a socket, but None means our patience."""
        super().settimeout(MOST_SILENCE if value is None else value)

    def setblocking(self, flag: bool) -> None:
        """As of a socket, within our patience."""
        self.settimeout(None if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        """As of a socket. Raises `ConnectionResetError` for a silent client, which gunicorn takes as gone."""
        try:
            super().do_handshake(block)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "silent") from error

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """As of a socket. Raises `ConnectionResetError` for a silent client."""
        try:
            return super().recv(buflen, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "silent") from error


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that lets go of its live streams and idle connections when it has to stop, so that it can stop at once."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: let the streams end, then finish what is being answered."""
        self._end_streams()
        super().handle_exit(sig, frame)

    def is_parent_alive(self) -> bool:
        """A worker whose master was killed stops too; its port is wanted by the next one."""
        if super().is_parent_alive():
            return True
        self.alive = False
        self._end_streams()
        return False

    def handle(self, conn: TConn) -> object:
        """Serve `conn` once; False closes it, and here: gunicorn's main thread would wait 2 s for each rude client."""
        result = super().handle(conn)
        if result is False:
            conn.close(graceful=True)
        return result

    def murder_keepalived(self, force: bool = False) -> None:
        """Close idle connections that are over; all of them once the worker stops."""
        super().murder_keepalived(force or not self.alive)

    def _end_streams(self) -> None:
        if self.wsgi is not None:
            self.wsgi.extensions[EXTENSION].hub.end_streams()


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's own log, in lines like everybody's."""

    def setup(self, cfg: Config) -> None:
        """As of a logger; it knows no other way to another format."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LogLines())

    def exception(self, msg: object, *args: object, **kwargs: object) -> None:
        """What happened, without the address that was asked for: whoever asks chooses what stands in it."""
        self.error_log.error(msg if isinstance(msg, str) else type(msg).__name__, exc_info=True)


class _Service(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any], make: Callable[[], Flask]) -> None:
        self._options = options
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; gunicorn calls this in the worker, after the fork."""
        return self._make()


def run(box: Box) -> None:
    """Serve the pages of `box` until SIGTERM; ends with `SystemExit`. Raises `Trouble` BOX-001 for broken settings."""
    settings = box.load()
    box.create()
    files = server_files(box)
    options = {
        "bind": f"{settings.web_host}:{settings.web_port}",
        "workers": 1,
        "worker_class": Worker,
        "threads": THREADS,
        "worker_connections": THREADS * 8,
        "keepalive": 30,
        "graceful_timeout": STOP_WITHIN,
        "certfile": str(files.certificate),
        "keyfile": str(files.key),
        "ssl_context": _tls,
        "control_socket_disable": True,
        "loglevel": "error",
        "logger_class": _Log,
        "worker_tmp_dir": str(box.run_dir),
    }
    _Service(options, lambda: _begun(box, settings)).run()


def _begun(box: Box, settings: Settings) -> Flask:
    ledger = Ledger.of(box)
    settings_in_use.begun(ledger, "web", settings, utc_now())
    return create_app(box, ledger, settings, utc_now)


def server_files(box: Box) -> identity.ServerFiles:
    """Certificate and key for this box's names, signed by its CA; made when they are not there."""
    now = utc_now()
    ca = identity.authority(box.tls_dir, "ca", CA_NAME, now)
    names = tuple(dict.fromkeys((*identity.LOOPBACK, socket.gethostname())))
    return identity.server_files(ca, box.tls_dir, "web", names, now)


def _tls(_config: Config, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = PatientSocket
    return context
