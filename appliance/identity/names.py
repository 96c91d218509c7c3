"""Under which names and addresses a server of this machine is reached."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import ifaddr

from appliance.identity.signing import LOOPBACK

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
_INET6 = Path("/proc/net/if_inet6")
_PASSING = 0x01 | 0x20 | 0x40
"""The kernel's marks of addresses that are gone tomorrow or not there yet: temporary, deprecated, tentative (linux/if_addr.h)."""


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
    passing = set(_passing())
    try:
        # Not by the program `ip`: it lays its rights down first, which the units' filters refuse, and ends.
        found = [one for adapter in ifaddr.get_adapters() for one in adapter.ips]
    except OSError:
        return []
    texts = (one.ip if isinstance(one.ip, str) else one.ip[0] for one in found)
    return [text for text in texts if _reaches(text) and text not in passing]


def _reaches(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not (address.is_loopback or address.is_link_local)


def _passing() -> Iterator[str]:
    try:
        lines = _INET6.read_text("ascii").splitlines()
    except OSError:  # a kernel without IPv6
        return
    for line in lines:
        address, _interface, _prefix, _scope, flags, _name = line.split()
        if int(flags, 16) & _PASSING:
            yield str(ipaddress.IPv6Address(bytes.fromhex(address)))
