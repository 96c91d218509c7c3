"""The virtual 資格確認端末: plays the 連携アプリ on folders, for the same fictitious people as the virtual center.

`python -m appliance.demo.terminal --dir DIR --root FOLDER` makes FOLDER/req, res and face and prints `ready FOLDER`.
Knobs on `DIR/run/terminal.sock`, one JSON object a line:

- `{"do": "face", "person": "p01"}` — somebody lays a card on a reader of the terminal
- `{"do": "fault", "kind": "slow", "seconds": 3}` — kinds in `TerminalFault`; `{"do": "heal"}`
- `{"do": "delay", "ms": 200}`, `{"do": "state"}`, `{"do": "stop"}`
"""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.demo import control, paths
from appliance.demo.terminal_folders import Folders, TerminalFault
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import utc_now
from appliance.settings import Box

_LOOK_SECONDS = 0.05
_INSTITUTION_CODE = "1319999999"

_log = logging.getLogger(__name__)


class Terminal:
    """The running terminal: its folders, and the knobs."""

    def __init__(self, root: Path, institution_code: str) -> None:
        self._folders = Folders(root, institution_code, utc_now)
        self.stopped = threading.Event()

    def serve(self) -> None:
        """Do what the 連携アプリ does, until stopped."""
        while not self.stopped.wait(_LOOK_SECONDS):
            try:
                self._folders.look()
            except OSError as error:
                _log.warning("%s", type(error).__name__)

    def handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Obey one request of the control socket. Raises `Trouble` DEMO-002 for anything unknown."""
        match request.get("do"):
            case "face":
                return self._folders.face(str(request.get("person")))
            case "fault":
                self._folders.set_fault(_kind(request), _number(request, "seconds", 5.0))
            case "heal":
                self._folders.set_fault(None)
            case "delay":
                self._folders.set_delay(_number(request, "ms", 0.0) / 1000)
            case "stop":
                self.stopped.set()
            case "state":
                pass
            case _:
                raise Trouble("DEMO-002", "face fault heal delay state stop")
        return self._folders.state()


def _kind(request: Mapping[str, Any]) -> TerminalFault:
    try:
        return TerminalFault(str(request.get("kind")))
    except ValueError as error:
        raise Trouble("DEMO-002", "fault: " + " ".join(TerminalFault)) from error


def _number(request: Mapping[str, Any], name: str, usual: float) -> float:
    value = request.get(name, usual)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 3_600_000:
        raise Trouble("DEMO-002", name)
    return float(value)


def run(state: Path, root: Path) -> None:
    """Serve until told to stop by the control socket, SIGTERM or SIGINT. Raises `OSError`, `Trouble`."""
    paths.run_folder(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    box = Box(state)
    code = box.load().institution_code if box.settings_file.exists() else _INSTITUTION_CODE
    terminal = Terminal(root, code)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: terminal.stopped.set())
    knobs = control.serve(paths.terminal_socket(state), terminal.handle)
    print(f"ready {root}", flush=True)
    terminal.serve()
    knobs.close()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m appliance.demo.terminal", description="the virtual terminal"
    )
    parser.add_argument("--dir", type=Path, required=True, help="state folder of the demo")
    parser.add_argument("--root", type=Path, required=True, help="where req, res and face lie")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        run(wanted.dir, wanted.root)
    except (OSError, Trouble) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
