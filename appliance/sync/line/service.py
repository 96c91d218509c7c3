"""Layer 7: does the center answer on its health path, and what time does it think it is?"""

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.eligibility import center_reading
from appliance.eligibility.line_layers import Layer
from appliance.ledger.times import Clock
from appliance.sync.line.finding import Finding, Outcome

_SLOW = 5.0


@dataclass(frozen=True)
class Reply:
    """The answer to one health question: its status, or the name of the error; when we sent it and how long it took."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_at: float = 0.0
    seconds: float = 0.0
    error: str = ""


def ask(
    secured: ssl.SSLSocket, host: str, path: str, timeout: float, clock: Clock
) -> tuple[Reply, OSError | None]:
    """One GET over an open connection. The error, too, where there was one that TLS may have to answer for."""
    secured.settimeout(timeout)
    talk = http.client.HTTPConnection(host, timeout=timeout)
    talk.sock = secured
    sent_at, begun = clock().timestamp(), time.monotonic()
    try:
        _send(talk, secured, path)
        answer = talk.getresponse()
        answer.read(4096)
    except TimeoutError:
        return Reply(error="timeout", seconds=time.monotonic() - begun), None
    except http.client.HTTPException as error:
        return Reply(error=type(error).__name__), None
    except OSError as error:
        return Reply(error=type(error).__name__), error
    return Reply(answer.status, dict(answer.headers), sent_at, time.monotonic() - begun), None


def _send(talk: http.client.HTTPConnection, secured: ssl.SSLSocket, path: str) -> None:
    try:
        talk.request("GET", path, headers={"Connection": "close"})
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        # A center that refuses our certificate says so and closes while we are still sending: what it said can be read.
        secured.recv(1)
        raise


def judge(found: Reply) -> Finding:
    """What the health path said."""
    facts = {"status": found.status, "seconds": round(found.seconds, 3), "error": found.error}
    if found.error == "timeout":
        return Finding(Layer.SERVICE, Outcome.FAILED, "応答が時間内に来ません。", "LINE-002", facts)
    if found.error:
        return Finding(Layer.SERVICE, Outcome.FAILED, "応答の途中で切れました。", "LINE-003", facts)
    code = center_reading.health_code(found.status, found.headers)
    if code is not None:
        return Finding(
            Layer.SERVICE, Outcome.FAILED, f"センターは {found.status} を返しました。", code, facts
        )
    says = f"{found.seconds:.1f}秒で応答しました。"
    return Finding(Layer.SERVICE, Outcome.WARNING if found.seconds > _SLOW else Outcome.OK, says, facts=facts)
