"""gunicorn's worker of threads, as a box needs it: stops at once, and no single client takes all of it."""

import copy
import errno
import socket
import threading
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

from gunicorn.config import Config
from gunicorn.workers.gthread import TConn, ThreadWorker

from appliance.service_manager import ServiceManager
from appliance.web.patience import PatientSocket
from appliance.web.room import EXTENSION

MOST_FROM_ONE = 64
"""Open connections of one address. A browser opens six; a program that keeps opening more is told by a closed one."""

_OURSELVES = ("127.0.0.1", "::1")


class Connection(TConn):  # type: ignore[misc]
    """A connection that says once that it is closed."""

    def __init__(
        self, cfg: Config, sock: socket.socket, client: Any, server: Any, closed: Callable[[], None]
    ) -> None:
        self._closed: Callable[[], None] | None = closed
        super().__init__(cfg, sock, client, server)

    def close(self, graceful: bool = False) -> None:
        """As of gunicorn's; more than once does no harm."""
        closed, self._closed = self._closed, None
        if closed is None:
            return
        closed()
        super().close(graceful)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that lets go of its live streams and idle connections when it has to stop, so that it can stop at once."""

    plain_port = 0
    """Where it is spoken to without TLS; 0: nowhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plain = _without_tls(self.cfg)
        self._from: Counter[str] = Counter()
        self._counting = threading.Lock()

    def accept(self, listener: Any) -> None:
        """Take in a new connection; close it when its address has its share already."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        address = str(client[0])
        if not self._has_room_for(address):
            accepted.close()
            return
        self.nr_conns += 1
        server = listener.getsockname()
        is_plain = server[1] == self.plain_port
        patient = PatientSocket(fileno=accepted.detach())
        patient.setblocking(True)
        config = self._plain if is_plain else self.cfg
        self.enqueue_req(Connection(config, patient, client, server, lambda: self._left(address)))

    def handle(self, conn: Connection) -> object:
        """Serve `conn` once; False closes it, and here: gunicorn's main thread would wait 2 s for each rude client."""
        conn.sock.begin()
        result = super().handle(conn)
        if result is False:
            conn.close(graceful=True)
        return result

    manager = ServiceManager()

    def notify(self) -> None:
        """The main loop has come round: for gunicorn's own master, and for the service manager."""
        super().notify()
        self.manager.beat()

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

    def murder_keepalived(self, force: bool = False) -> None:
        """Close idle connections that are over; all of them once the worker stops."""
        super().murder_keepalived(force or not self.alive)

    def _has_room_for(self, address: str) -> bool:
        with self._counting:
            if self._from[address] >= MOST_FROM_ONE and address not in _OURSELVES:
                return False
            self._from[address] += 1
            return True

    def _left(self, address: str) -> None:
        with self._counting:
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]

    def _end_streams(self) -> None:
        # The pages of a box without a clinic have none.
        room = self.wsgi.extensions.get(EXTENSION) if self.wsgi is not None else None
        if room is not None:
            room.hub.end_streams()


def _without_tls(config: Config) -> Config:
    plain = copy.deepcopy(config)
    for name in ("certfile", "keyfile"):
        plain.set(name, None)
    return plain
