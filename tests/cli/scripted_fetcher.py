"""A product that fetches over the HTTP API, in the place of a program of a vendor's: it keeps every rule but those it is told to break."""

import itertools
import json
import secrets
import threading
import time
from typing import Any

import urllib3

from appliance.cli.vendor.api_bench import CA, ApiBench
from appliance.cli.vendor.program import Commands, Program
from tests.cli.scripted_emr import RESEND_SECONDS, example

_IDS = itertools.count(1)
_SOON = 0.05


class ScriptedFetcher(Program):
    """`wrong` names what it does wrong. `kept` is its disk: what a kill leaves behind."""

    def __init__(self, bench: ApiBench, *wrong: str) -> None:
        super().__init__(Commands("x", "x", "x", "x"), bench.credentials.parent, {})
        self._bench = bench
        self._wrong = wrong
        self._printed = ""
        # As if it had always been this product.
        self._kept = [one.delivery_id or "" for one in bench.witness.seen if one.word == "ack"]
        self._cursor = ""
        self._open: dict[str, tuple[str, dict[str, Any]]] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    # What the kit does to a program.

    def start(self) -> None:
        self._stopping = threading.Event()
        works = (self._fetch_on, self._resend)
        self._threads = [threading.Thread(target=one, args=(self._stopping,), daemon=True) for one in works]
        for one in self._threads:
            one.start()

    def kill(self) -> None:
        self._stopping.set()
        for one in self._threads:
            one.join()

    def has_died(self) -> bool:
        return False

    def ask(self) -> None:
        self._begin("/requests", example("request.check"))

    def hand_in(self) -> None:
        self._begin("/bulk-runs", {**example("bulk-request.appointments"), "when": "now"})

    def rest(self) -> None:
        self._open = {}

    def end(self) -> None:
        self.kill()

    def stored(self) -> list[str]:
        return self._kept

    def said(self) -> str:
        return self._printed

    # The product.

    def _call(self, method: str, path: str, body: Any = None, **headers: str) -> urllib3.BaseHTTPResponse:
        facts = json.loads(self._bench.credentials.read_text("utf-8"))
        headers["Authorization"] = f"Bearer {facts['token']}"
        data = json.dumps(body) if body is not None else None
        ca = str(self._bench.credentials.with_name(CA))
        with urllib3.PoolManager(ca_certs=ca, retries=False, timeout=20.0) as pool:
            return pool.request(method, f"{facts['url']}/api/1{path}", headers=headers, body=data)

    def _fetch_on(self, stopping: threading.Event) -> None:
        etag, cursor, memory = "", self._cursor if "keeps-cursor" in self._wrong else "", [""]
        pause = _SOON
        while not stopping.wait(pause):
            try:
                wait = 1 if etag else 0
                answer = self._call("GET", f"/deliveries?wait={wait}{cursor}", **_known(etag))
                pause = self._pause(answer)
                if answer.status == 304 and "stops-at-304" in self._wrong:
                    return
                if answer.status == 200:
                    etag = "" if "no-etag" in self._wrong else answer.headers["ETag"]
                    found = answer.json()
                    for message in found["deliveries"]:
                        self._take("deliveries", message, memory)
                    if "uses-cursor" in self._wrong or "keeps-cursor" in self._wrong:
                        self._cursor = cursor = f"&after={found['cursor']}"
                if answer.status not in (200, 304):
                    continue
                for message in self._call("GET", "/notices").json()["notices"]:
                    self._take("notices", message, memory)
            except (OSError, urllib3.exceptions.HTTPError, KeyError):
                pause = 0.2

    def _pause(self, answer: urllib3.BaseHTTPResponse) -> float:
        if answer.status in (401, 429) and "hurries" not in self._wrong:
            return float(answer.headers.get("Retry-After", 1.0))
        return _SOON

    def _take(self, kind: str, message: dict[str, Any], memory: list[str]) -> None:
        delivery_id = message["delivery_id"]
        if "made-up" in self._wrong:
            self._call("POST", f"/{kind}/{secrets.token_hex(16)}/ack")
        if self._passes_over(message):
            return
        if "stores-late" in self._wrong:
            memory.append(delivery_id)  # lost with the next kill
        elif delivery_id not in self._kept or "stores-twice" in self._wrong:
            self._kept.append(delivery_id)
        self._call("POST", f"/{kind}/{delivery_id}/ack")

    def _passes_over(self, message: dict[str, Any]) -> bool:
        wrong = {
            "deaf": True,
            "deaf-to-outcome": message["schema"].endswith(":outcome"),
            "deaf-to-task": message["schema"].endswith(":task"),
            "only-first": message["delivery_id"] in self._kept,
            "only-members": "came_later" in message,
            "only-first-part": message.get("part", 1) > 1,
        }
        return any(holds and name in self._wrong for name, holds in wrong.items())

    def _begin(self, path: str, message: dict[str, Any]) -> None:
        request_id = "always" if "one-id" in self._wrong else f"r-{next(_IDS)}"
        message = {**message, "request_id": request_id}
        if "malformed" in self._wrong:
            message |= {"came_later": True, "people": "nobody"}
        self._open[request_id] = (path, message)

    def _resend(self, stopping: threading.Event) -> None:
        """What was begun goes out, and again when no answer came; the answer to a request takes it out."""
        tried: dict[str, float] = {}
        while not stopping.wait(_SOON):
            for request_id, begun in list(self._open.items()):
                path, message = begun
                is_again = request_id in tried
                if is_again and ("never-again" in self._wrong or tried[request_id] > time.monotonic()):
                    continue
                tried[request_id] = time.monotonic() + (0.0 if "hurries" in self._wrong else RESEND_SECONDS)
                new_id = f"r-{next(_IDS)}" if is_again and "new-id-again" in self._wrong else request_id
                self._send(path, {**message, "request_id": new_id}, request_id, begun)

    def _send(
        self, path: str, message: dict[str, Any], known_as: str, begun: tuple[str, dict[str, Any]]
    ) -> None:
        try:
            said = self._call("POST", path, message).json()
        except (OSError, urllib3.exceptions.HTTPError):
            return
        code = said.get("error", {}).get("code", "")
        if "says-nothing" not in self._wrong:
            self._printed += f"{said.get('check_id') or said.get('run_id')} {code}\n"
        if not (code and "hurries" in self._wrong) and self._open.get(known_as) is begun:
            del self._open[known_as]


def _known(etag: str) -> dict[str, str]:
    return {"If-None-Match": etag} if etag else {}
