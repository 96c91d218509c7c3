"""What the service manager (systemd) hears of a process: that it is ready, and that it still works. Silent where nobody asks.

The protocol is sd_notify(3): datagrams to the socket that `NOTIFY_SOCKET` names. Whoever does not beat in time is killed and started anew,
so `beat` belongs into the loop that does the work, not into a thread of its own.
"""

import os
import socket
import time
from collections.abc import Mapping

_PARTS = 4
"""How often a beat comes within the time after which it is missed."""


class ServiceManager:
    """One process's line to whoever started it. `beat` may be called as often as one likes, from any thread."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        values = os.environ if environment is None else environment
        self._address = values.get("NOTIFY_SOCKET", "")
        wanted = int(values.get("WATCHDOG_USEC", "0")) / 1_000_000
        owner = values.get("WATCHDOG_PID")
        # A child inherits the environment; its parent may be the one who is watched, and `NotifyAccess=all` lets both speak.
        self._every = wanted / _PARTS if wanted and owner != "0" else None
        self._next = 0.0

    @property
    def beats_every(self) -> float | None:
        """Seconds within which the next beat should come; None where nobody watches."""
        return self._every

    def ready(self) -> None:
        """The process does its work from now on."""
        self._say("READY=1")

    def beat(self) -> None:
        """The process still works. Sends no more often than needed."""
        now = time.monotonic()
        if self._every is None or now < self._next:
            return
        self._next = now + self._every
        self._say("WATCHDOG=1")

    def ending(self) -> None:
        """The process has begun to stop."""
        self._say("STOPPING=1")

    def _say(self, line: str) -> None:
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.sendto(line.encode(), address)
        except OSError:
            # A manager that cannot be reached will miss us and act by itself; the work goes on.
            return
