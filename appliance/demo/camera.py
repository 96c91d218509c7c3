"""The virtual camera: draws whoever shall stand before it, and hands out frames over a Unix socket.

`python -m appliance.demo.camera --dir DIR` prints `ready PATH`; its control socket takes `show` with the members of a
`Scene`, `turn` with `yaw`, and `stop`.
"""

import argparse
import contextlib
import itertools
import signal
import socket
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from appliance.demo import control, paths
from appliance.demo.camera_scene import Frame, Light, Scene, Wearing
from appliance.demo.card_scene import view
from appliance.demo.people import person
from appliance.eligibility.trouble import Trouble
from appliance.unix_address import short_address

_MARK = b"MDGF"
_MOST_PEOPLE = 4
_KNOBS = frozenset(item.name for item in fields(Scene))


class VirtualCamera:
    """Frames on one socket, any number of viewers. `show` may be called from any thread."""

    def __init__(self, path: Path, scene: Scene | None = None) -> None:
        self._path = path
        self._scene = scene or Scene()
        self._numbers = itertools.count()
        self._viewers: set[socket.socket] = set()
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(path) as name:
            self._listener.bind(name)
        path.chmod(0o600)
        self._listener.listen(4)
        self._thread = threading.Thread(target=self._accept, name="camera", daemon=True)
        self._thread.start()

    @property
    def source(self) -> str:
        """The name by which the devices process opens it."""
        return f"socket:{self._path}"

    @property
    def scene(self) -> Scene:
        """What it sees now."""
        return self._scene

    def show(self, scene: Scene) -> None:
        """See something else from the next frame on."""
        self._scene = scene

    def hang_up(self) -> None:
        """Be unplugged: viewers get no more frames, and there are no new ones."""
        self.close()
        for viewer in tuple(self._viewers):
            with contextlib.suppress(OSError):
                viewer.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more viewers; those there are served until they go."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)
        self._thread.join(timeout=2)

    def _accept(self) -> None:
        while True:
            try:
                viewer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(viewer,), daemon=True).start()

    def _serve(self, viewer: socket.socket) -> None:
        self._viewers.add(viewer)
        with viewer, contextlib.suppress(OSError):
            while viewer.recv(1):
                viewer.sendall(_packed(view(self._scene, next(self._numbers))))
        self._viewers.discard(viewer)


def _packed(seen: Frame) -> bytes:
    height, width = (int(side) for side in seen.shape)
    head = _MARK + width.to_bytes(2, "big") + height.to_bytes(2, "big") + b"\x01"
    return bytes(head + seen.tobytes())


def scene_of(request: dict[str, Any], before: Scene) -> Scene:
    """The scene that a `show` (anew) or `turn` (only the given knobs) asks for. Raises `Trouble` DEMO-002."""
    do, knobs = request.get("do"), {key: value for key, value in request.items() if key != "do"}
    if do not in {"show", "turn"} or knobs.keys() - _KNOBS:
        raise Trouble("DEMO-002", f"knobs: {', '.join(sorted(_KNOBS))}")
    try:
        scene = replace(before if do == "turn" else Scene(), **_typed(knobs))
    except (TypeError, ValueError) as error:
        raise Trouble("DEMO-002", str(error)) from error
    if len(scene.people) > _MOST_PEOPLE or not (-60 <= scene.yaw <= 60 and 0.3 <= scene.distance <= 10):
        raise Trouble("DEMO-002", "out of range")
    return scene


def _typed(knobs: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, Any] = {
        "people": lambda people: tuple(map(str, people)),
        "light": Light,
        "wearing": Wearing,
        "picture": bool,
        "back": bool,
        "glare": bool,
        "card": lambda who: person(who).id if who else "",
    }
    return {key: kinds.get(key, float)(value) for key, value in knobs.items()}


def run(state: Path) -> None:
    """Run until told to stop."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    camera = VirtualCamera(paths.camera_frames(state))

    def handle(request: dict[str, Any]) -> dict[str, Any]:
        if request.get("do") == "stop":
            stopped.set()
            return {}
        camera.show(scene_of(request, camera.scene))
        return {}

    server = control.serve(paths.camera_socket(state), handle)
    sys.stdout.write(f"ready {paths.camera_frames(state)}\n")
    sys.stdout.flush()
    stopped.wait()
    server.close()
    camera.close()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="camera", description="a virtual camera")
    parser.add_argument("--dir", type=Path, required=True, help="state folder of the demo")
    state = parser.parse_args().dir.resolve()
    paths.run_folder(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    run(state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
