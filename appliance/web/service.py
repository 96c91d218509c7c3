"""The web process: gunicorn with one worker and many threads, over TLS with a certificate of the box's own CA."""

from collections.abc import Callable
from ssl import SSLContext
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from appliance import identity
from appliance.identity.box import WEB, files_of
from appliance.ledger import settings_in_use
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.log_lines import LogLines
from appliance.settings import Box, Settings
from appliance.web.api.waits import MOST_WAITS
from appliance.web.app import create_app
from appliance.web.contexts import Contexts
from appliance.web.live import MOST_STREAMS
from appliance.web.patience import PatientTlsSocket
from appliance.web.trust.door import PlainDoor
from appliance.web.worker import Worker

THREADS = MOST_STREAMS + MOST_WAITS + 28
"""Every open stream and every call of the API that waits holds a thread; the rest is for everything else."""

STOP_WITHIN = 3

_IN_MEMORY = "/dev/shm"  # noqa: S108 - the file has no name there
"""Where gunicorn's worker touches a file each second. On a disk that alone wrote a quarter of a gigabyte a day."""


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
    serve(box, settings, lambda: _begun(box, settings))


def serve(box: Box, settings: Settings, make: Callable[[], Flask]) -> None:
    """Serve what `make` gives, over TLS with the certificates of `box`, until SIGTERM; ends with `SystemExit`."""
    files = files_of(box, settings, WEB, utc_now())
    Worker.plain_port = settings.trust_port
    ports = [settings.web_port, *([settings.trust_port] if settings.trust_port else [])]
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    options = {
        "bind": [f"{host}:{port}" for port in ports],
        "workers": 1,
        "worker_class": Worker,
        "threads": THREADS,
        "worker_connections": THREADS * 8,
        "keepalive": 30,
        "graceful_timeout": STOP_WITHIN,
        "certfile": str(files.certificate),
        "keyfile": str(files.key),
        "ssl_context": _tls(Contexts(box, settings, utc_now)),
        # Nobody stands before the box who could say for others how they came in.
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "loglevel": "error",
        "logger_class": _Log,
        "worker_tmp_dir": _IN_MEMORY,
    }
    _Service(options, make).run()


def _begun(box: Box, settings: Settings) -> Flask:
    ledger = Ledger.of(box)
    settings_in_use.begun(ledger, "web", settings, utc_now())
    app = create_app(box, ledger, settings, utc_now)
    app.wsgi_app = PlainDoor(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def server_files(box: Box) -> identity.ServerFiles:
    """Certificate and key for this box's names, signed by its CA; made when they are not there."""
    return files_of(box, box.load(), WEB, utc_now())


def _tls(contexts: Contexts) -> Callable[[Config, Callable[[], SSLContext]], SSLContext]:
    def context(_config: Config, _default: Callable[[], SSLContext]) -> SSLContext:
        """gunicorn asks for each connection."""
        found = contexts.context()
        found.sslsocket_class = PatientTlsSocket
        return found

    return context
