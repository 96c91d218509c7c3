"""Layer 5: does somebody at the center's address take a connection?"""

import socket
from dataclasses import dataclass

from appliance.eligibility.line_layers import Layer
from appliance.sync.line.finding import Finding, Outcome
from appliance.sync.line.names import Place

REFUSED, SILENT = "refused", "timeout"


@dataclass(frozen=True)
class Try:
    """One place that was tried; `error` is empty when it took the connection."""

    place: Place
    error: str = ""


def connect(places: tuple[Place, ...], timeout: float) -> tuple[socket.socket | None, tuple[Try, ...]]:
    """The first connection that one of `places` takes (close it), and how each of them fared; `timeout` seconds each."""
    tries: list[Try] = []
    for place in places:
        try:
            found = socket.create_connection((place.host, place.port), timeout)
        except OSError as error:
            tries.append(Try(place, _word(error)))
        else:
            return found, (*tries, Try(place))
    return None, tuple(tries)


def _word(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return REFUSED
    return SILENT if isinstance(error, TimeoutError) else type(error).__name__


def judge(tries: tuple[Try, ...]) -> Finding:
    """Refused means that a machine over there answered; silence, that what we send goes nowhere."""
    facts = {f"{one.place.family} {one.place.host}": one.error or "ok" for one in tries}
    if any(not one.error for one in tries):
        return Finding(Layer.TCP, Outcome.OK, "センターまで接続できました。", facts=facts)
    if any(one.error == REFUSED for one in tries):
        return Finding(
            Layer.TCP, Outcome.FAILED, "相手に届きましたが、接続を断られました。", "LINE-016", facts
        )
    return Finding(Layer.TCP, Outcome.FAILED, "相手から返事がありません。", "LINE-017", facts)
