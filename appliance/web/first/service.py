"""The web process of a box that has no clinic yet: the pages of the first start, over TLS, until somebody has set it up."""

import os
import signal
import ssl
from collections.abc import Iterable
from typing import Any

from flask import Flask

from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.first.app import create_app
from appliance.web.first.making import is_set_up
from appliance.web.service import serve
from appliance.web.trust.door import Wsgi


def run(box: Box, settings: Settings) -> None:
    """Serve them where `settings` say, which a new box gets; returns once the box has its clinic.

    Ends with `SystemExit` when it is told to stop before. Raises `OSError`.
    """
    box.create()
    master = os.getpid()
    try:
        serve(box, settings, lambda: _app(box, settings))
    except SystemExit:
        # The worker ends here too, and must not go on as a second web process.
        if os.getpid() != master or not is_set_up(box):
            raise


def _app(box: Box, settings: Settings) -> Flask:
    app = create_app(box, settings, utc_now, _end)
    app.wsgi_app = _over_tls_alone(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def _over_tls_alone(inside: Wsgi) -> Wsgi:
    """No code is typed where others can read it."""

    def door(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket):
            return inside(environ, start)
        start("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")])
        return (b"https://\n",)

    return door


def _end() -> None:
    """The answer has left: tell the master, which lets the others finish and goes."""
    os.kill(os.getppid(), signal.SIGTERM)
