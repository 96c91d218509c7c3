"""The server's side of a hatch: a local socket that its owner's user, root and the user of the pages may call, and nobody else.

The rights of the file let in the whole group of a box; here the kernel says who calls (SO_PEERCRED). Which user the pages run as stands
in the units of a box (`MADOGUCHI_WEB_USER`, a name or a number); where nothing is said, as in the demo, all run as one.
"""

import logging
import os
import pwd
import socket
import socketserver
import struct
from pathlib import Path
from typing import Any

from appliance.eligibility.trouble import Trouble
from appliance.sharing import file_mode

WEB_USER = "MADOGUCHI_WEB_USER"
_ROOT = 0
_CREDENTIALS = struct.Struct("3i")
_LOG = logging.getLogger(__name__)


def callers() -> frozenset[int]:
    """The users that may call this process. Raises `Trouble` BOX-001 when the environment names one that is not there."""
    named = os.environ.get(WEB_USER, "")
    found = {os.geteuid(), _ROOT}
    if named:
        try:
            found.add(int(named) if named.isdecimal() else pwd.getpwnam(named).pw_uid)
        except KeyError as error:
            raise Trouble("BOX-001", f"{WEB_USER}={named}: no such user") from error
    return frozenset(found)


class OwnSocketServer(socketserver.ThreadingUnixStreamServer):
    """A thread for each caller; a caller of another user is hung up on unheard, and its number is in the log once."""

    daemon_threads = True

    def __init__(self, address: str, handler: type[socketserver.BaseRequestHandler]) -> None:
        self._callers = callers()
        self._told: set[int] = set()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Nobody else's from its first moment: on Linux a socket's file inherits the mode of the socket."""
        os.fchmod(self.socket.fileno(), file_mode(Path(str(self.server_address)).parent))
        super().server_bind()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether the user at the other end may call."""
        raw = request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        user = _CREDENTIALS.unpack(raw)[1]
        if user not in self._callers and user not in self._told:
            # Once: whoever merely looks whether somebody answers does so every minute.
            self._told.add(user)
            _LOG.warning("a hatch was called by user %d, who may not", user)
        return user in self._callers
