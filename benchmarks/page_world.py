"""A hundred browsers' streams in one process, the box's real web process, and the barest server of events there is."""

import selectors
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.settings import Box
from appliance.web.service import server_files

HOST = "127.0.0.1"
PATIENCE = 60.0
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
_READ = 65536


def listen(said: Connection, port: int, ca: str, path: str, cookie: str, streams: int) -> None:
    """Open `streams` event streams and stay on them.

    Whoever sends bytes is told "armed" and then, once they were seen on every stream, the moment of each.
    """
    context = ssl.create_default_context(cafile=ca)
    watch = selectors.DefaultSelector()
    for _ in range(streams):
        stream = context.wrap_socket(socket.create_connection((HOST, port)), server_hostname="localhost")
        head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n\r\n"
        stream.sendall(head.encode())
        stream.setblocking(False)
        watch.register(stream, selectors.EVENT_READ, bytearray())
    said.send("ready")
    while True:
        try:
            needle = said.recv()
        except EOFError:
            return
        for _, kept in _streams(watch):
            kept.clear()
        said.send("armed")
        said.send(_seen(watch, needle))


def _streams(watch: selectors.BaseSelector) -> list[tuple[ssl.SSLSocket, bytearray]]:
    return [(key.fileobj, key.data) for key in watch.get_map().values()]  # type: ignore[misc]


def _seen(watch: selectors.BaseSelector, needle: bytes) -> list[float]:
    """When the needle had come on each stream. Raises `TimeoutError` when it does not."""
    moments: dict[int, float] = {}
    deadline = time.monotonic() + PATIENCE
    while len(moments) < len(watch.get_map()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(moments)} streams")
        for key, _ in watch.select(1.0):
            _read(key.fileobj, key.data)  # type: ignore[arg-type]
            if key.fd not in moments and needle in key.data:
                moments[key.fd] = time.perf_counter()
    return sorted(moments.values())


def _read(stream: ssl.SSLSocket, kept: bytearray) -> None:
    try:
        while data := stream.recv(_READ):
            kept += data
    except ssl.SSLWantReadError:
        return


def serve_bare(said: Connection, root: str, port: int, streams: int) -> None:
    """Take `streams` connections; whatever is sent here goes to all of them, one after the other, until nobody sends more."""
    files = server_files(Box(Path(root)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with socket.create_server((HOST, port), backlog=streams) as door:
        said.send("ready")
        held = []
        for _ in range(streams):
            stream = context.wrap_socket(door.accept()[0], server_side=True)
            stream.recv(_READ)
            stream.sendall(_HEAD)
            held.append(stream)
        while True:
            try:
                data = said.recv()
            except EOFError:
                return
            for stream in held:
                stream.sendall(data)


@contextmanager
def web_process(box: Box) -> Iterator[None]:
    """The box's web process, as systemd would start it; entered once its port answers."""
    process = subprocess.Popen([sys.executable, "-m", "appliance", "run", "web", "--state", str(box.root)])
    try:
        _until_open(box.load().web_port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _until_open(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("web")


@dataclass(frozen=True)
class BareFile:
    """One SQLite file in which nothing but bytes is committed."""

    connection: sqlite3.Connection

    @classmethod
    def at(cls, path: Path) -> "BareFile":
        """A new file, as durable as the ledger."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, xml BLOB)")
        return cls(connection)

    def commit(self, data: bytes) -> None:
        """One row, on disk when this returns."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO bare (xml) VALUES (?)", [data])
        self.connection.execute("COMMIT")
