"""Layer 2: does the box have an address, IPv4 and IPv6 apart, and is the IPv6 prefix still the one we know?"""

import fcntl
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from pathlib import Path

from appliance.eligibility.line_layers import Layer
from appliance.sync.line.finding import PREFIX_CHANGED, Finding, Outcome

_GET_ADDRESS = 0x8915  # SIOCGIFADDR
_INET6 = Path("/proc/net/if_inet6")
_SITE = 64


@dataclass(frozen=True)
class Addresses:
    """The addresses of all interfaces of this network namespace, link-local ones too."""

    ipv4: tuple[IPv4Address, ...]
    ipv6: tuple[IPv6Address, ...]

    def usable(self, *, is_local: bool) -> "Addresses":
        """Those that reach beyond this machine, or for `is_local` those that stay on it."""
        return Addresses(
            tuple(one for one in self.ipv4 if one.is_loopback == is_local and not one.is_link_local),
            tuple(one for one in self.ipv6 if one.is_loopback == is_local and not one.is_link_local),
        )

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The /64 networks that were handed out from outside, as text."""
        outside = [one for one in self.usable(is_local=False).ipv6 if not one.is_private or _is_sample(one)]
        return tuple(sorted({str(IPv6Network((int(one), _SITE), strict=False)) for one in outside}))


def _is_sample(one: IPv6Address) -> bool:
    return one in IPv6Network("2001:db8::/32")


def addresses() -> Addresses:
    """The addresses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        ipv4 = [_ipv4(asking, name) for _, name in socket.if_nameindex()]
    return Addresses(tuple(one for one in ipv4 if one), tuple(_ipv6()))


def _ipv4(asking: socket.socket, name: str) -> IPv4Address | None:
    try:
        answer = fcntl.ioctl(asking, _GET_ADDRESS, struct.pack("16sH14x", name.encode(), socket.AF_INET))
    except OSError:  # this one has none
        return None
    return IPv4Address(answer[20:24])


def _ipv6() -> Iterable[IPv6Address]:
    try:
        lines = _INET6.read_text("ascii").splitlines()
    except OSError:  # a kernel without IPv6
        return
    for line in lines:
        yield IPv6Address(bytes.fromhex(line.split()[0]))


def judge(found: Addresses, known_prefixes: Iterable[str], *, is_local: bool) -> Finding:
    """`known_prefixes` are those of the last look at a line that worked."""
    usable = found.usable(is_local=is_local)
    facts = {
        "ipv4": [str(one) for one in usable.ipv4],
        "ipv6": [str(one) for one in usable.ipv6],
        "prefixes": list(found.prefixes),
    }
    if not usable.ipv4 and not usable.ipv6:
        return Finding(Layer.ADDRESS, Outcome.FAILED, "IPv4もIPv6もアドレスがありません。", "LINE-012", facts)
    known = set(known_prefixes)
    if known and found.prefixes and known.isdisjoint(found.prefixes):
        says = "IPv6アドレスの前半が、前に使えたときから変わりました。"
        return Finding(Layer.ADDRESS, Outcome.WARNING, says, PREFIX_CHANGED, facts)
    says = f"IPv4は{_has(usable.ipv4)}、IPv6は{_has(usable.ipv6)}。"
    return Finding(Layer.ADDRESS, Outcome.OK, says, facts=facts)


def _has(found: tuple[object, ...]) -> str:
    return "あります" if found else "ありません"
