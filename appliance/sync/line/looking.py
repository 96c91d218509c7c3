"""One look at the line: each layer in turn, from the near end to the far one, until one fails."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from appliance.eligibility import center_reading
from appliance.eligibility.line_layers import Layer
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import Clock, to_text
from appliance.sync.line import address, clock, interface, names, route, service, tcp, tls
from appliance.sync.line.finding import Finding, Outcome, deciding, skipped, verdict

_NOT_OURS = "資格確認端末を通すため、この先は端末の側で確かめます。"
_FAR = (Layer.DNS, Layer.ROUTE, Layer.TCP, Layer.TLS, Layer.SERVICE, Layer.CLOCK)


@dataclass(frozen=True)
class Target:
    """Whom to reach and with what. `url` is empty beside an official terminal, which has a line of its own.

    `context` gives TLS with our certificate, or raises `Trouble`; `our_end` is when that certificate is over.
    """

    url: str
    context: Callable[[], ssl.SSLContext]
    known_prefixes: tuple[str, ...] = ()
    our_end: datetime | None = None
    connect_timeout: float = 3.0
    total_timeout: float = 20.0

    @property
    def host(self) -> str:
        """Whom to ask for; empty when the address in the settings cannot be used."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""

    @property
    def port(self) -> int:
        """Where the center listens."""
        return urlsplit(self.url).port or 443

    @property
    def health_path(self) -> str:
        """What to ask for."""
        return urlsplit(self.url).path.rstrip("/") + center_reading.HEALTH_PATH

    @property
    def is_local(self) -> bool:
        """Whether the center is on this very machine, as in a demo."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@dataclass(frozen=True)
class Report:
    """All findings of one look, near end first."""

    at: datetime
    seconds: float
    host: str
    findings: tuple[Finding, ...]

    @property
    def code(self) -> str | None:
        """The trouble that decides; None when nothing failed."""
        found = deciding(self.findings)
        return found.code if found else None

    def as_json(self) -> dict[str, Any]:
        """The report as command, ledger and page know it."""
        return {
            "at": to_text(self.at),
            "seconds": round(self.seconds, 3),
            "host": self.host,
            "verdict": verdict(self.findings),
            "findings": [one.as_json() for one in self.findings],
        }


def look(target: Target, now: Clock) -> Report:
    """Look at every layer; takes as long as the target's timeouts allow. Raises nothing that a line can cause."""
    at, begun = now(), time.monotonic()
    found: list[Finding] = []
    for finding in _layers(target, now):
        found.append(finding)
        if finding.outcome is Outcome.FAILED:
            break
    seen = {one.layer for one in found}
    found += [skipped(layer) for layer in Layer if layer not in seen and layer is not Layer.BOX]
    return Report(at, time.monotonic() - begun, target.host, tuple(found))


def _layers(target: Target, now: Clock) -> Iterator[Finding]:
    yield interface.judge(interface.interfaces(), is_local=target.is_local)
    yield address.judge(address.addresses(), target.known_prefixes, is_local=target.is_local)
    if not target.url:
        yield from (skipped(layer, _NOT_OURS) for layer in _FAR)
        return
    if not target.host:
        yield Finding(Layer.DNS, Outcome.FAILED, "センターのURLが設定されていません。", "BOX-007")
        return
    resolved = names.resolve(target.host, target.port, target.connect_timeout)
    yield names.judge(resolved)
    ways = tuple(route.way_to(place) for place in resolved.places)
    yield route.judge(ways)
    plain, tries = tcp.connect(tuple(way.place for way in ways if way.source), target.connect_timeout)
    yield tcp.judge(tries)
    if plain is not None:
        yield from _beyond(target, plain, now)


def _beyond(target: Target, plain: socket.socket, now: Clock) -> Iterator[Finding]:
    """TLS, service and clock over one connection."""
    try:
        context = target.context()
    except Trouble as trouble:
        plain.close()
        yield tls.judge(tls.unusable(trouble), target.our_end, now())
        return
    plain.settimeout(target.total_timeout)
    secured, shaken = tls.shake(plain, context, target.host)
    if secured is None:
        yield tls.judge(shaken, target.our_end, now())
        return
    with secured:
        reply, error = service.ask(secured, target.host, target.health_path, target.total_timeout, now)
    late = tls.refusal(error) if error is not None else tls.Handshake()
    yield tls.judge(late if late.alert else shaken, target.our_end, now())
    yield service.judge(reply)
    yield clock.judge(clock.offset(reply))
