"""Forks the processes of a box from one that has everything imported, so that a restart costs milliseconds.

`python -m tests.crash.nursery STATE`: one JSON command a line comes in, one JSON answer a line goes out. It has one
thread, because it forks. What it forks runs the very functions that `madoguchi run` calls.
"""

import ctypes
import json
import logging
import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.contract_files import contract_folder
from appliance.demo.emr_knobs import credentials_file
from appliance.settings import Box
from appliance.sync import broker
from appliance.sync import service as sync_service
from appliance.web import app as _web_app
from appliance.web import service as web_service
from tests.crash import full_disk
from tests.crash.switches import Switches, make_mortal


def inbox_file(root: Path) -> Path:
    """Where the consumer keeps what it has taken."""
    return root / "demo" / "emr" / "inbox.db"


def _consume(box: Box) -> None:
    """The reference consumer that vendors are given."""
    program = runpy.run_path(str(contract_folder() / "consumers" / "consumer.py"))
    program["main"](credentials_file(box.root), str(inbox_file(box.root)))


_SERVICES: dict[str, Callable[[Box], None]] = {
    "sync": sync_service.run,
    "web": web_service.run,
    "broker": broker.run,
    "consumer": _consume,
}
_PRELOADED = (_web_app,)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Nursery:
    """The children of one box, by name."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._children: dict[str, int] = {}

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """One command: `start`, `kill`, `stop` a `name`, `wait` until it has died, `try` whether it has.

        `kill-children` kills what it has forked itself, and leaves it to it what to do then.
        """
        name = str(command.get("name"))
        match command["do"]:
            case "start":
                self._children[name] = self._born(name, **command.get("how", {}))
                return {"pid": self._children[name]}
            case "kill-children":
                children = Path(f"/proc/{self._children[name]}/task/{self._children[name]}/children")
                for child in children.read_text("ascii").split():
                    os.kill(int(child), signal.SIGKILL)
                return {}
            case "kill":
                self._kill(self._children[name])
            case "stop":
                os.kill(self._children[name], signal.SIGTERM)
            case "wait":
                pass
            case "try":
                return {"dead": self._is_dead(name)}
        status = self._ended(self._children.pop(name))
        return {"status": status}

    def _kill(self, pid: int) -> None:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:  # just forked: it has no group of its own yet, and nobody in it
            os.kill(pid, signal.SIGKILL)

    def _is_dead(self, name: str) -> bool:
        """Without reaping it: `wait` does."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._children[name], flags) is not None

    def _ended(self, pid: int) -> int:
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _born(self, name: str, *, mortal: bool = False, limits: str = "") -> int:
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            self._live(name, mortal=mortal, limits=limits)
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 0
        except BaseException:
            logging.exception("%s ended", name)
        finally:
            os._exit(code)

    def _live(self, name: str, *, mortal: bool, limits: str) -> None:
        os.setsid()
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(self._box.log_dir / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        if mortal:
            switches = Switches(self._box.run_dir / "switches")
            for service in (sync_service, web_service):
                service.utc_now = switches.now  # type: ignore[attr-defined]
            if limits != "disk-only":
                make_mortal(switches)
            if limits:
                full_disk.install(switches)
        _SERVICES[name](self._box)


def main() -> None:
    """Obey until the input ends; then all children are killed."""
    nursery = Nursery(Box(Path(sys.argv[1])))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        try:
            answer = nursery.obey(json.loads(line))
        except (OSError, KeyError) as error:
            answer = {"error": f"{type(error).__name__} {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
