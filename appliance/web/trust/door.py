"""What the box says without TLS: how a PC comes to trust it, and nothing else."""

import ssl
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_START = "/trust"
_SHOWN = ("/trust/", "/static/")
_PRINT = "/desk/static/print.js"
_READING = ("GET", "HEAD")
_WHO = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")


class PlainDoor:
    """Lets all through that came over TLS. Without it the trust page alone is shown, and nobody is recognised."""

    def __init__(self, inside: Wsgi) -> None:
        self._inside = inside

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """As any WSGI application."""
        if isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket):
            return self._inside(environ, start)
        if environ["REQUEST_METHOD"] not in _READING:
            start("403 Forbidden", [("Content-Length", "0"), ("Connection", "close")])
            return ()
        path = environ["PATH_INFO"]
        if path not in (_START, _PRINT) and not path.startswith(_SHOWN):
            start("302 Found", [("Location", _START), ("Content-Length", "0"), ("Cache-Control", "no-store")])
            return ()
        nobody = {key: value for key, value in environ.items() if key not in _WHO}
        return self._inside(nobody, start)
