"""`python -m appliance.devices.face.camera_probe NAME`: one frame of a camera, looked at by nobody. Prints a code, or nothing.

A process of its own, because no other but the worker's may unpack pictures, and because a camera's driver can hang.
"""

import subprocess
import sys

_SECONDS = 20.0
_DARK = "FACE-005"


def probe(camera: str, seconds: float = _SECONDS) -> str:
    """The code of what is wrong with `camera`, empty when it gives a frame."""
    command = [sys.executable, "-m", __name__, camera]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return _DARK
    return done.stdout.strip() if done.returncode == 0 else _DARK


def main() -> None:
    """Look once."""
    from appliance.devices.face.picture import quiet_opencv, wiped  # noqa: PLC0415 - not in the asking process
    from appliance.devices.face.sources import open_source  # noqa: PLC0415
    from appliance.eligibility.trouble import Trouble  # noqa: PLC0415

    quiet_opencv()
    try:
        source = open_source(sys.argv[1])
        try:
            with wiped(source.read()):
                pass
        finally:
            source.close()
    except Trouble as trouble:
        sys.stdout.write(trouble.code)


if __name__ == "__main__":
    main()
