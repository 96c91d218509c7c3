"""Starting the virtual center and turning its knobs, for tests and for whoever scripts a demo."""

import contextlib
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.demo import control, paths, stand_in
from appliance.eligibility.trouble import Trouble


@dataclass(frozen=True)
class CenterKnobs:
    """The control socket of a running center. Every method raises `Trouble` DEMO-001 (gone) or DEMO-002 (refused)."""

    state_folder: Path

    def ask(self, do: str, **members: object) -> dict[str, Any]:
        """Send one request and return the reply."""
        return control.ask(paths.center_socket(self.state_folder), {"do": do, **members})

    def fault(self, kind: str, **parameters: float) -> None:
        """Begin to fail; `seconds` and `times` are the parameters."""
        self.ask("fault", kind=kind, **parameters)

    def heal(self) -> None:
        """Stop failing."""
        self.ask("heal")

    def delay(self, milliseconds: float) -> None:
        """Make every answer take that long."""
        self.ask("delay", ms=milliseconds)

    def counts(self, check_id: str) -> dict[str, int]:
        """How often a check was `asked`, `worked_out` and `answered`."""
        found: dict[str, int] = self.ask("state")["checks"].get(
            check_id, {"asked": 0, "worked_out": 0, "answered": 0}
        )
        return found


@dataclass(frozen=True)
class RunningCenter(CenterKnobs):
    """A center this process has started. It dies with the thread that started it, at the latest."""

    url: str
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it; returns when it is gone."""
        with contextlib.suppress(Trouble):
            self.ask("stop")
        stand_in.end(self.process)


def start_center(state: Path, port: int = 0, names: tuple[str, ...] = ()) -> RunningCenter:
    """Start a center for the demo in `state` and wait until it answers. Its log is `DIR/run/center.log`.

    `names` are what clinics call it beside localhost.

    Raises `Trouble` DEMO-003 with the end of the log when it does not start.
    """
    log_file = paths.run_folder(state) / "center.log"
    called = [word for name in names for word in ("--name", name)]
    process, url = stand_in.start(
        "appliance.demo.center", "--dir", str(state), "--port", str(port), *called, log_file=log_file
    )
    return RunningCenter(state, url, process)
