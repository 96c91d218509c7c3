"""One demo a state folder: a second one would take sockets, readers and the virtual center away from the first."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from appliance.eligibility.trouble import Trouble


@contextlib.contextmanager
def alone_in(state: Path) -> Iterator[None]:
    """Hold the folder `state`, made when it is not there. Raises `Trouble` DEMO-004 while a demo runs in it, `OSError`.

    The kernel lets go with the process, so a killed demo leaves nothing to clean up.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble("DEMO-004", str(state)) from error
        yield
