"""Starting and ending one stand-in of the virtual world as a process."""

import subprocess
import sys
from pathlib import Path

from appliance.eligibility.trouble import Trouble

_STOP_SECONDS = 5.0
_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL", "--")


def start(module: str, *arguments: str, log_file: Path) -> tuple[subprocess.Popen[str], str]:
    """Run `module` until it prints `ready ADDRESS`; the process and the address.

    It dies with the thread that started it, at the latest. Raises `Trouble` DEMO-003 with the end of its log when it
    does not start.
    """
    log_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [*_WITH_PARENT, sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith("ready "):
        process.kill()
        end(process)
        raise Trouble("DEMO-003", log_file.read_text("utf-8", "replace")[-500:].strip())
    return process, line.split(maxsplit=1)[1].strip()


def end(process: subprocess.Popen[str]) -> None:
    """Wait until it has gone, and make it go when it does not."""
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
