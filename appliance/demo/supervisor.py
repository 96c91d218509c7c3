"""Starts the processes of a demo, restarts those that die (as systemd does on the box), and ends them all.

Children die with the supervisor even when it is killed: each is started through setpriv with a parent-death signal.
That signal follows the *thread* that started the child, so `start`, `revive` and `stop` belong to the main thread.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 8.0
_PATIENCE = ("setpriv", "--pdeathsig", "KILL", "--")


@dataclass(frozen=True)
class Child:
    """One process to keep alive: a name for its log, its command, what its environment has on top of ours."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps children alive until stopped. Output of each goes to `<log_dir>/<name>.log`."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._running: dict[str, tuple[Child, subprocess.Popen[bytes]]] = {}
        self.restarts: dict[str, int] = {}

    def start(self, child: Child) -> None:
        """Start `child`. Raises `OSError` when it cannot be started."""
        with (self._log_dir / f"{child.name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*_PATIENCE, *child.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **child.environment},
                start_new_session=True,
            )
        self._running[child.name] = (child, process)

    def revive(self) -> tuple[str, ...]:
        """Start again what has died; the names."""
        dead = tuple(name for name, (_, process) in self._running.items() if process.poll() is not None)
        for name in dead:
            self.restarts[name] = self.restarts.get(name, 0) + 1
            self.start(self._running[name][0])
        return dead

    def pid(self, name: str) -> int:
        """The process id of a running child. Raises `KeyError`."""
        return self._running[name][1].pid

    def stop(self) -> None:
        """End all children, the youngest first; kills what does not go by itself."""
        for _, process in reversed(self._running.values()):
            process.terminate()
        for _, process in reversed(self._running.values()):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
