"""What the box says without TLS: how a PC comes to trust it, and nothing else."""

import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

    Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_SHOWN = ("/trust", "/static/")
_START = "/trust"
_READING = ("GET", "HEAD")


class PlainDoor:
    """Lets all through that came over TLS. Without it the trust page alone is shown, and nobody is recognised."""

    def __init__(self, inside: "Wsgi") -> None:
        self._inside = inside

    def __call__(self, environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        """Raises nothing of its own."""
        if isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket):
            return self._inside(environ, start)
        if environ["REQUEST_METHOD"] not in _READING:
            start("403 Forbidden", [("Content-Length", "0"), ("Connection", "close")])
            return ()
        if not environ["PATH_INFO"].startswith(_SHOWN):
            start("302 Found", [("Location", _START), ("Content-Length", "0"), ("Cache-Control", "no-store")])
            return ()
        environ.pop("HTTP_COOKIE", None)
        environ.pop("HTTP_AUTHORIZATION", None)
        return self._inside(environ, start)
