"""Layer 3: does the center's name lead to addresses, IPv4 and IPv6 apart?"""

import contextlib
import queue
import socket
import threading
from dataclasses import dataclass

from appliance.eligibility.line_layers import Layer
from appliance.sync.line.finding import Finding, Outcome

IPV4, IPV6 = "IPv4", "IPv6"
FAMILIES = {IPV4: socket.AF_INET, IPV6: socket.AF_INET6}


@dataclass(frozen=True)
class Place:
    """One address of the center."""

    family: str
    host: str
    port: int


@dataclass(frozen=True)
class Resolved:
    """Where a name leads, or why nowhere."""

    places: tuple[Place, ...]
    error: str = ""


def resolve(host: str, port: int, timeout: float) -> Resolved:
    """Ask the machine's resolver, `timeout` seconds at most."""
    found: queue.SimpleQueue[Resolved] = queue.SimpleQueue()
    # The resolver knows no time limit of its own: its thread is left behind when it takes too long.
    threading.Thread(target=lambda: found.put(_resolve(host, port)), name="resolve", daemon=True).start()
    with contextlib.suppress(queue.Empty):
        return found.get(timeout=timeout)
    return Resolved((), "timeout")


def _resolve(host: str, port: int) -> Resolved:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return Resolved((), f"{type(error).__name__} {error.errno}")
    words = {number: word for word, number in FAMILIES.items()}
    places = [Place(words[row[0]], str(row[4][0]), port) for row in rows if row[0] in words]
    return Resolved(tuple(dict.fromkeys(places)))


def judge(found: Resolved) -> Finding:
    """A name that leads to one family only is no failure: which one the line uses is the route's business."""
    facts = {family: [one.host for one in found.places if one.family == family] for family in FAMILIES}
    if found.places:
        says = "、".join(f"{family} {len(hosts)}件" for family, hosts in facts.items())
        return Finding(Layer.DNS, Outcome.OK, f"接続先の名前を引けました（{says}）。", facts=facts)
    says = (
        "名前の問い合わせに返事がありません。" if found.error == "timeout" else "接続先の名前を引けません。"
    )
    return Finding(Layer.DNS, Outcome.FAILED, says, "LINE-014", {"error": found.error})
