"""What the box wants done that needs more rights than it has: empty files in `run/wanted/`, named for the deed.

`restart-pcscd` and `power-cycle-PORT` (a USB port as the kernel names it, `1-2.3`). Whoever has the rights removes
a file, then acts. Nothing in a file is ever read and no other name is obeyed, so that who may write here can wish for
nothing else.
"""

import contextlib
import logging
import os
import re
import subprocess
import time
from pathlib import Path

from appliance.sharing import make_folder

_log = logging.getLogger(__name__)
RESTART_PCSCD = "restart-pcscd"
SYSFS = Path("/sys/bus/usb/devices")
_POWER_CYCLE = re.compile(r"power-cycle-(?P<port>[0-9]{1,3}-[0-9]{1,3}(\.[0-9]{1,3}){0,6})")
_SERIAL = re.compile(r"\((?P<serial>[^()]+)\)")
OFF_SECONDS = 2.0
_RESTART = ("systemctl", "restart", "pcscd.service")
_PATIENCE = 60.0


def folder_of(run_dir: Path) -> Path:
    """Where the wishes of a box lie."""
    return run_dir / "wanted"


def power_cycle_of(port: str) -> str:
    """The name of the wish for a port. Raises `ValueError` for what is no port."""
    name = f"power-cycle-{port}"
    if not _POWER_CYCLE.fullmatch(name):
        raise ValueError("not a USB port")
    return name


def port_in(name: str) -> str | None:
    """The port in the name of a wish."""
    found = _POWER_CYCLE.fullmatch(name)
    return found["port"] if found else None


def ask(folder: Path, name: str) -> None:
    """Wish for it; a wish that is still there is not made twice. Raises `OSError`."""
    make_folder(folder)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def take(folder: Path) -> tuple[str, ...]:
    """Remove every file there is; the wishes among them, in order. A missing folder holds none.

    Raises `OSError` when the folder cannot be read.
    """
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return ()
    return tuple(
        name for name in names if _removed(folder / name) and (name == RESTART_PCSCD or port_in(name))
    )


def obey(folder: Path, sysfs: Path = SYSFS, off: float = OFF_SECONDS) -> tuple[str, ...]:
    """Take the wishes and do each once, as root; the names of those that were done. One that fails stops no other.

    Raises `OSError` when the folder cannot be read.
    """
    return tuple(name for name in take(folder) if _is_done(name, sysfs, off))


def _is_done(name: str, sysfs: Path, off: float) -> bool:
    port = port_in(name)
    try:
        if port is None:
            subprocess.run(_RESTART, check=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
        else:
            power_cycle(port, sysfs, off)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("%s: %s", name, error)
        return False
    _log.warning("%s: done", name)
    return True


def _removed(file: Path) -> bool:
    """Whether it is gone: what cannot be removed would be obeyed for ever."""
    try:
        file.unlink()
    except OSError:
        return False
    return True


def port_of(reader_key: str, sysfs: Path = SYSFS) -> str | None:
    """The USB port of the reader whose key has a serial number in parentheses; None when that is not plain."""
    found = _SERIAL.search(reader_key)
    if found is None:
        return None
    ports = [file.parent.name for file in sysfs.glob("*/serial") if _text(file) == found["serial"]]
    known = [port for port in ports if port_in(f"power-cycle-{port}")]
    return known[0] if len(known) == 1 else None


def power_cycle(port: str, sysfs: Path = SYSFS, off: float = OFF_SECONDS) -> None:
    """Log the device at `port` off from the bus for `off` seconds, and on again. Raises `OSError`, `ValueError`."""
    power_cycle_of(port)
    switch = sysfs / port / "authorized"
    switch.write_text("0", encoding="ascii")
    try:
        time.sleep(off)
    finally:
        switch.write_text("1", encoding="ascii")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""
