"""The pages on loopback for a browser, over werkzeug's own server with one of its leaks mended."""

import io
from typing import cast

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Reader(io.BufferedReader):
    """What a browser still sends. One that went away has nothing more to say."""

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return super().read(size)
        except ConnectionError:
            return b""


class _Handler(WSGIRequestHandler):
    """After an answer werkzeug reads what the browser still sends; when that failed, it left the answer's file open."""

    def setup(self) -> None:
        super().setup()
        self.rfile = _Reader(cast("io.BufferedReader", self.rfile).detach())


def page_server(app: Flask, port: int = 0) -> BaseWSGIServer:
    """A server with a thread for each connection; it listens already."""
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=_Handler)
