"""Under which names and addresses a server of this machine is reached."""

import ipaddress
import json
import socket
import subprocess
from typing import Any

from appliance.identity.signing import LOOPBACK

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
_LOOK = ("ip", "-json", "address", "show", "up")
_PATIENCE = 5.0
_PASSING = ("temporary", "deprecated", "tentative")
"""Marks of addresses that are gone tomorrow, or not there yet."""


def names_of(host: str, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a server that listens at `host` is called: loopback, the machine's name, the same for mDNS, its addresses, `more`.

    All addresses of the network for one that listens everywhere, else that one alone.
    """
    name = socket.gethostname()
    found = [*LOOPBACK, name, f"{name.partition('.')[0]}.local"]
    found += addresses() if host in EVERYWHERE else [host]
    return tuple(dict.fromkeys((*found, *more)))


def addresses() -> list[str]:
    """The addresses that others reach this machine by. Empty where they cannot be asked for."""
    try:
        asked = subprocess.run(_LOOK, capture_output=True, check=True, timeout=_PATIENCE, text=True)
        found = json.loads(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return [one["local"] for interface in found for one in interface.get("addr_info", ()) if _lasts(one)]


def _lasts(one: dict[str, Any]) -> bool:
    address = ipaddress.ip_address(one["local"])
    return not (address.is_loopback or address.is_link_local or any(one.get(mark) for mark in _PASSING))
