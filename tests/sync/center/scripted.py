"""A TLS server that says what it is told to, whatever is asked: for answers no decent server gives."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

from appliance.identity import ServerFiles

Line = Callable[[ssl.SSLSocket], None]


@contextlib.contextmanager
def scripted_server(files: ServerFiles, say: Line) -> Iterator[str]:
    """A server whose every connection reads one request, then runs `say`; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, context, say))
    thread.start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


def _serve(listener: socket.socket, context: ssl.SSLContext, say: Line) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        plain.settimeout(10)
        with (
            contextlib.suppress(OSError),
            contextlib.closing(plain),
            context.wrap_socket(plain, server_side=True) as connection,
        ):
            with connection.makefile("rb") as stream:
                # All of it: closing on unread bytes would tear away what was said.
                head = iter(stream.readline, b"\r\n")
                lengths = [
                    int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length")
                ]
                stream.read(sum(lengths))
            say(connection)
