"""Which TCP ports this machine listens on, as its kernel says: everybody on it may ask that."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENS = "0A"
_WORD = 8


@dataclass(frozen=True, order=True)
class Port:
    """One port. `is_reachable`: from another machine too, as far as the address goes that it is bound to."""

    number: int
    is_reachable: bool


def ports() -> tuple[Port, ...]:
    """All of them in order, each once; empty where the kernel does not say."""
    found: dict[int, bool] = {}
    for table in _TABLES:
        try:
            lines = table.read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, state, *_ = line.split()
            if state == _LISTENS:
                address, _, port = local.partition(":")
                number = int(port, 16)
                found[number] = found.get(number, False) or not address_of(address).is_loopback
    return tuple(sorted(Port(number, is_reachable) for number, is_reachable in found.items()))


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The kernel writes an address as words of four bytes, each the wrong way round on a machine like ours."""
    words = (bytes.fromhex(text[at : at + _WORD])[::-1] for at in range(0, len(text), _WORD))
    found = ipaddress.ip_address(b"".join(words))
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
