"""Starting the virtual camera and saying who stands before it, for tests and for the demo's launcher."""

import contextlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

from appliance.demo import control, paths, stand_in
from appliance.eligibility.trouble import Trouble


@dataclass(frozen=True)
class CameraKnobs:
    """The control socket of a running virtual camera. Raises `Trouble` DEMO-001 (gone) and DEMO-002 (refused)."""

    state_folder: Path

    @property
    def source(self) -> str:
        """The name by which the devices process opens it."""
        return f"socket:{paths.camera_frames(self.state_folder)}"

    def show(self, *people: str, **knobs: object) -> None:
        """These people and nobody else; knobs as in `camera_scene.Scene`."""
        self._ask("show", people=people, **knobs)

    def hold_card(self, person: str, **knobs: object) -> None:
        """The person holds their card up to the camera, with knobs as `show`; `show` puts it down."""
        self.show(person, card=person, **knobs)

    def turn(self, yaw: float) -> None:
        """They turn their heads, in degrees, positive to their own left."""
        self._ask("turn", yaw=yaw)

    def _ask(self, do: str, **members: object) -> None:
        control.ask(paths.camera_socket(self.state_folder), {"do": do, **members})


@dataclass(frozen=True)
class RunningCamera(CameraKnobs):
    """A camera this process has started. It dies with the thread that started it, at the latest."""

    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it; returns when it is gone."""
        with contextlib.suppress(Trouble):
            self._ask("stop")
        stand_in.end(self.process)


def start_camera(state: Path) -> RunningCamera:
    """Start a virtual camera for the demo in `state`, with nobody before it. Raises `Trouble` DEMO-003."""
    log = paths.run_folder(state) / "camera.log"
    process, _ = stand_in.start("appliance.demo.camera", "--dir", str(state), log_file=log)
    return RunningCamera(state, process)
