"""Layer 1: is a network interface switched on, and does it have a carrier?"""

import fcntl
import socket
import struct
from dataclasses import dataclass

from appliance.eligibility.line_layers import Layer
from appliance.sync.line.finding import Finding, Outcome

_GET_FLAGS = 0x8913  # SIOCGIFFLAGS
_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40


@dataclass(frozen=True)
class Interface:
    """One interface; `is_running` says that it is up and has a carrier."""

    name: str
    is_up: bool
    is_running: bool
    is_loopback: bool


def interfaces() -> tuple[Interface, ...]:
    """The interfaces of this network namespace. One that vanishes while we look is left out."""
    found = []
    # Not /sys/class/net, which shows the namespace that it was mounted in.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack("16sH14x", name.encode(), 0)
            try:
                answer = fcntl.ioctl(asking, _GET_FLAGS, request)
            except OSError:
                continue
            flags = struct.unpack("16xH14x", answer)[0]
            found.append(Interface(name, bool(flags & _UP), bool(flags & _RUNNING), bool(flags & _LOOPBACK)))
    return tuple(found)


def judge(found: tuple[Interface, ...], *, is_local: bool) -> Finding:
    """`is_local` is for a center on this very machine, which needs the loopback interface and no other."""
    usable = [one for one in found if one.is_loopback == is_local]
    facts = {one.name: _word(one) for one in found}
    if any(one.is_up and one.is_running for one in usable):
        names = "、".join(one.name for one in usable if one.is_up and one.is_running)
        return Finding(Layer.INTERFACE, Outcome.OK, f"つながっています（{names}）。", facts=facts)
    says = (
        "ケーブルの信号がありません。"
        if any(one.is_up for one in usable)
        else "使える差し込み口がありません。"
    )
    return Finding(Layer.INTERFACE, Outcome.FAILED, says, "LINE-011", facts)


def _word(one: Interface) -> str:
    return "running" if one.is_up and one.is_running else "no carrier" if one.is_up else "down"
