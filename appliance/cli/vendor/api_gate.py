"""The gate before the HTTP API of a bench: sees every call, and does to callers what a box and a line may do to them."""

import io
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from werkzeug.test import run_wsgi_app

from appliance.cli.vendor.witness import Seen, Sight, read
from appliance.eligibility.catalogue import CATALOGUE

ROOT = "/api/1"
LOST = "lost"
"""What is noted where an answer does not reach its caller."""

_ASKS = {"/requests": ("request", "answer"), "/bulk-runs": ("bulk-request", "bulk-answer")}
ASKS = tuple(request for request, _ in _ASKS.values())
_LISTS = {"/deliveries": "deliveries", "/notices": "notices"}
_NOTICES = ("task", "medical")
_TOO_MANY = "429 TOO MANY REQUESTS"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Call:
    """One call, as far as it tells how its caller behaves. `at` is monotonic; `cursor` and `tag` are what it brought."""

    method: str
    path: str
    status: int
    at: float
    cursor: str | None
    tag: str | None

    @property
    def is_fetch(self) -> bool:
        """Whether results are fetched by it, or listened for."""
        return self.method == "GET" and self.path in ("/deliveries", "/events")


class Gate(Sight):
    """A WSGI application before another. Thread-safe."""

    def __init__(self) -> None:
        super().__init__()
        self.application: Application | None = None
        """None: the box is away, and whoever still holds a connection to it is cut off."""
        self.loses_answers = False
        """Whether the line breaks when a request or a list was taken, before its caller hears of it."""
        self._busy_until = 0.0
        self._calls: list[Call] = []
        self._slipped: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS}
        self._lock = threading.Lock()

    @property
    def calls(self) -> tuple[Call, ...]:
        """All that came so far, in the order in which they were answered."""
        with self._lock:
            return tuple(self._calls)

    def be_busy(self, seconds: float) -> None:
        """Refuse every call for so long with 429, as the box does where a token calls too often."""
        self._busy_until = time.monotonic() + seconds

    def slip(self, word: str, message: dict[str, Any]) -> None:
        """Give this message too, from now on until it is acknowledged; the box knows nothing of it."""
        with self._lock:
            self._slipped["/notices" if word in _NOTICES else "/deliveries"].append(message)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One call. Raises `ConnectionError` where its answer is to be lost."""
        path = str(environ["PATH_INFO"]).removeprefix(ROOT)
        at, body = time.monotonic(), _body_of(environ)
        if at < self._busy_until:
            seconds = max(1, round(self._busy_until - at + 0.5))
            return self._refused(environ, path, at, seconds, start_response)
        if path == "/events":
            return self._stream(environ, at, start_response)
        if environ["REQUEST_METHOD"] == "POST" and path in _ASKS:
            self.note(Seen(_ASKS[path][0], read(body), body))
        answer, status, headers = self._answered(environ, path, body)
        self._note_call(environ, path, int(status.partition(" ")[0]), at)
        self._note_answer(environ["REQUEST_METHOD"], path, body, answer)
        if self.loses_answers and environ["REQUEST_METHOD"] == "POST" and path in _ASKS:
            self.note(Seen(LOST, None, body))
            raise ConnectionResetError
        start_response(status, headers)
        return [answer]

    def _answered(
        self, environ: dict[str, Any], path: str, body: bytes
    ) -> tuple[bytes, str, list[tuple[str, str]]]:
        own = self._acknowledged_here(path)
        if own is not None:
            return own, "200 OK", [("Content-Type", "application/json")]
        extra = list(self._slipped.get(path, ()))
        if extra:
            # There is something new, whatever the caller has, and at once.
            environ.pop("HTTP_IF_NONE_MATCH", None)
            environ["QUERY_STRING"] = ""
        environ["wsgi.input"] = io.BytesIO(body)
        found, status, headers = run_wsgi_app(self._application_here(), environ, buffered=True)
        answer = b"".join(found)
        if extra and status.startswith("200"):
            whole = json.loads(answer)
            whole[_LISTS[path]] += extra
            answer = json.dumps(whole, ensure_ascii=False).encode()
            headers["ETag"] = f'W/"{secrets.token_hex(16)}"'
            headers["Content-Length"] = str(len(answer))
        return answer, status, list(headers)

    def _application_here(self) -> Application:
        if self.application is None:
            raise ConnectionResetError
        return self.application

    def _acknowledged_here(self, path: str) -> bytes | None:
        """The answer to the acknowledgement of what only the gate knows."""
        _, kind, delivery_id = (*path.removesuffix("/ack").split("/"), "", "")[:3]
        with self._lock:
            known = self._slipped.get(f"/{kind}", [])
            rest = [one for one in known if one["delivery_id"] != delivery_id]
            if not path.endswith("/ack") or len(rest) == len(known):
                return None
            self._slipped[f"/{kind}"] = rest
        return json.dumps({"delivery_id": delivery_id, "state": "acknowledged", "repeated": False}).encode()

    def _refused(
        self,
        environ: dict[str, Any],
        path: str,
        at: float,
        seconds: int,
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        entry = CATALOGUE["CALL-003"]
        self._note_call(environ, path, 429, at)
        error = {
            "code": entry.code,
            "title": entry.title,
            "advice": entry.reception,
            "fault": entry.fault.value,
            "retryable": entry.retryable,
        }
        start_response(_TOO_MANY, [("Content-Type", "application/json"), ("Retry-After", str(seconds))])
        return [json.dumps({"error": error}, ensure_ascii=False).encode()]

    def _stream(
        self, environ: dict[str, Any], at: float, start_response: Callable[..., Any]
    ) -> Iterator[bytes]:
        found, status, headers = run_wsgi_app(self._application_here(), environ)
        self._note_call(environ, "/events", int(status.partition(" ")[0]), at)
        start_response(status, list(headers))
        try:
            for part in found:
                self._note_event(part)
                yield part
        finally:
            close = getattr(found, "close", None)
            if close is not None:
                close()

    def _note_call(self, environ: dict[str, Any], path: str, status: int, at: float) -> None:
        after = parse_qs(str(environ.get("QUERY_STRING", ""))).get("after", [None])[0]
        cursor = environ.get("HTTP_LAST_EVENT_ID") or after
        call = Call(environ["REQUEST_METHOD"], path, status, at, cursor, environ.get("HTTP_IF_NONE_MATCH"))
        with self._lock:
            self._calls.append(call)
        with self._changed:
            self._changed.notify_all()

    def _note_answer(self, method: str, path: str, body: bytes, answer: bytes) -> None:
        said = read(answer) or {}
        if method == "GET" and path in _LISTS:
            for message in said.get(_LISTS[path], []):
                self.note(_offer(message))
        elif method == "POST" and path.endswith("/ack"):
            self.note(Seen("ack", {"delivery_id": path.split("/")[2]}, b""))
        elif method == "POST" and path in _ASKS:
            refused = {"accepted": False, "trouble": said.get("error"), **(read(body) or {})}
            self.note(Seen(_ASKS[path][1], refused if "error" in said else said, answer))

    def _note_event(self, part: bytes) -> None:
        for line in part.splitlines():
            if line.startswith(b"data: ") and (message := read(line[6:])) and "delivery_id" in message:
                self.note(_offer(message))


def _offer(message: dict[str, Any]) -> Seen:
    """As it would have come over MQTT."""
    word = str(message.get("schema", "")).rpartition(":")[2]
    return Seen("eligibility" if word == "eligibility-fhir" else word, message, b"")


def _body_of(environ: dict[str, Any]) -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    return bytes(environ["wsgi.input"].read(int(length))) if length.isdigit() else b""
