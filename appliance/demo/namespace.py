"""The card world's own corner of the machine: a private /run for pcscd and a network of loopback alone.

The vpcd driver listens on every interface; only a network namespace keeps strangers from inserting cards.
"""

import ctypes
import os
import socket
import subprocess
from pathlib import Path

from appliance.demo import paths
from appliance.eligibility.trouble import Trouble

_MS_BIND = 4096
_libc = ctypes.CDLL(None, use_errno=True)


def unshare_command() -> list[str]:
    """The command that puts what follows it into namespaces of its own, which die with it and with its parent."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return [
        *("setpriv", "--pdeathsig", "KILL"),
        *("unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child"),
    ]


def require_own_namespaces() -> None:
    """Raise `Trouble` (DEMO-003) unless this process leads a process namespace and sees no network but loopback."""
    interfaces = [name for _, name in socket.if_nameindex()]
    if os.getpid() != 1 or interfaces != ["lo"]:
        raise Trouble("DEMO-003", "the card world must be started inside unshare, see appliance.demo.cards")


def _mount(source: str, target: Path, kind: str, flags: int = 0) -> None:
    arguments = (source.encode(), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), None)
    if _libc.mount(*arguments) != 0:
        raise Trouble("DEMO-003", f"mount {target}: {os.strerror(ctypes.get_errno())}")


def _bind(folder: int, target: Path) -> None:
    """Show the open `folder` at `target`; by descriptor, because its path may be hidden by now."""
    target.mkdir(parents=True, exist_ok=True)
    _mount(f"/proc/self/fd/{folder}", target, "none", _MS_BIND)


def enter(state: Path) -> None:
    """Arrange /run and the loopback interface for a pcscd whose socket appears in `paths.pcscd_folder(state)`.

    Raises `Trouble` (DEMO-003) outside of namespaces or when the kernel refuses.
    """
    require_own_namespaces()
    everything = os.open(state, os.O_PATH | os.O_DIRECTORY)
    pcscd = os.open(paths.pcscd_folder(state), os.O_PATH | os.O_DIRECTORY)
    _mount("tmpfs", Path("/run"), "tmpfs")
    _bind(pcscd, Path("/run/pcscd"))
    if not state.exists():
        _bind(everything, state)
    os.close(everything)
    os.close(pcscd)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, stdin=subprocess.DEVNULL)
