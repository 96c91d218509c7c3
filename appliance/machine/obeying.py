"""What the box wishes of its machine (`appliance.wanted`), done by whoever has the rights: root, in a unit of its own."""

import logging
import subprocess
from pathlib import Path

from appliance import wanted

_log = logging.getLogger(__name__)
_RESTART = ("systemctl", "restart", "pcscd.service")
_PATIENCE = 60.0


def obey(folder: Path, sysfs: Path = wanted.SYSFS, off: float = wanted.OFF_SECONDS) -> tuple[str, ...]:
    """Take the wishes of `folder` and do each once; the names of those that were done. One that fails stops no other."""
    return tuple(name for name in wanted.take(folder) if _is_done(name, sysfs, off))


def _is_done(name: str, sysfs: Path, off: float) -> bool:
    port = wanted.port_in(name)
    try:
        if port is None:
            subprocess.run(_RESTART, check=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
        else:
            wanted.power_cycle(port, sysfs, off)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("%s: %s", name, error)
        return False
    _log.warning("%s: done", name)
    return True
