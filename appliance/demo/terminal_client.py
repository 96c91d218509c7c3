"""Starting the virtual terminal and turning its knobs, for tests and for whoever scripts a demo."""

import contextlib
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.demo import control, paths, stand_in
from appliance.eligibility.trouble import Trouble


@dataclass(frozen=True)
class RunningTerminal:
    """A terminal this process has started. It dies with the thread that started it, at the latest."""

    state_folder: Path
    root: Path
    process: subprocess.Popen[str]

    def ask(self, do: str, **members: object) -> dict[str, Any]:
        """Send one request and return the reply. Raises `Trouble` DEMO-001 (gone) or DEMO-002 (refused)."""
        return control.ask(paths.terminal_socket(self.state_folder), {"do": do, **members})

    def fault(self, kind: str, **parameters: float) -> None:
        """Begin to misbehave."""
        self.ask("fault", kind=kind, **parameters)

    def heal(self) -> None:
        """Stop misbehaving."""
        self.ask("heal")

    def face(self, person: str) -> list[str]:
        """Lay somebody's card on a reader of the terminal; the names of the files that come of it."""
        return list(self.ask("face", person=person)["files"])

    def stop(self) -> None:
        """End it; returns when it is gone."""
        with contextlib.suppress(Trouble):
            self.ask("stop")
        stand_in.end(self.process)


def start_terminal(state: Path, root: Path) -> RunningTerminal:
    """Start a terminal for the demo in `state` with its folders in `root`. Its log is `DIR/run/terminal.log`.

    Raises `Trouble` DEMO-003 with the end of the log when it does not start.
    """
    process, _ = stand_in.start(
        "appliance.demo.terminal",
        "--dir",
        str(state),
        "--root",
        str(root),
        log_file=paths.run_folder(state) / "terminal.log",
    )
    return RunningTerminal(state, root, process)
