"""Nodes of a cluster as child processes on loopback: started together, killed one by one, gone at the end."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

BOUND = 150.0
"""Seconds until all nodes listen. Three Erlang machines on two busy cores take a while."""


@dataclass
class Node:
    """One node: how it is started, and where clients reach it by MQTT."""

    command: list[str]
    port: int
    environment: dict[str, str]
    log: Path
    health: int | None = None
    """A port that answers over HTTP whether the node has caught up with the others."""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it in a process group of its own, so that `kill` reaches all of it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                # Should this process be ended without its fixtures, the node ends too.
                ["setpriv", "--pdeathsig", "KILL", *self.command],
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def wait_until_ready(self) -> None:
        """Raises `TimeoutError`, or `RuntimeError` when it has ended instead."""
        end = time.monotonic() + BOUND
        while True:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"a node ended: {self.log.read_text('utf-8', 'replace')[-2000:]}")
            if self._is_ready():
                return
            # Nothing tells when another process listens; asking is the only way.
            time.sleep(0.1)
            if time.monotonic() > end:
                raise TimeoutError(self.log.read_text("utf-8", "replace")[-2000:])

    def _is_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1.0).close()
            if self.health is None:
                return True
            asked = HTTPConnection("127.0.0.1", self.health, timeout=2.0)
            asked.request("GET", "/healthz?js-server-only=true")
            is_well = asked.getresponse().status == HTTPStatus.OK
            asked.close()
        except (OSError, HTTPException):
            return False
        return is_well
