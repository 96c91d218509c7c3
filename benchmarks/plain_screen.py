"""A patient's screen that draws nothing: the same stream and the same touches over the same HTTPS as the page's."""

import contextlib
import http.client
import json
import queue
import re
import socket
import ssl
import threading
import time
from dataclasses import asdict
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urlsplit

from appliance.eligibility.visit import ALL_CONSENTS, Phase
from benchmarks.demo_world import BOUND, Demo
from benchmarks.screens import PAUSE, Led

_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')


class PlainScreen:
    """The screen at reader `number`, signed in. Close it."""

    def __init__(self, running: Demo, number: int) -> None:
        self._address = f"/patient/{number}"
        self._line = _line(running)
        name, password = running.account("patient_screen")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"name": name, "password": password})
        headers, _ = self._ask("POST", "/sign-in", body, form)
        self._headers = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
        found = _TOKEN.search(self._ask("GET", self._address, None, self._headers)[1])
        if found is None:
            raise LookupError("the page has no token")
        self._headers |= {"X-CSRF-Token": found[1], "Content-Type": "application/json"}
        self._screens: queue.SimpleQueue[tuple[float, str]] = queue.SimpleQueue()
        self._stream = _line(running)
        threading.Thread(target=self._follow, daemon=True).start()

    def close(self) -> None:
        """Leave the stream."""
        if self._stream.sock is not None:
            self._stream.sock.shutdown(socket.SHUT_RDWR)

    def visit(self, pin: str) -> Led:
        """Lead the visit that has just begun."""
        at_pin, key = self.shown(Phase.PIN)
        time.sleep(PAUSE)
        typed = self.touch("pin", key, pin=pin)
        at_consents, key = self.shown(Phase.CONSENTS)
        time.sleep(PAUSE)
        given = self.touch("consents", key, consents=asdict(ALL_CONSENTS))
        return Led(at_pin, typed, at_consents, given)

    def hop(self) -> float:
        """Seconds of one empty request."""
        begun = time.perf_counter()
        self._ask("GET", "/health", None, {})
        return time.perf_counter() - begun

    def next(self) -> tuple[float, list[str]]:
        """The next screen: its moment, and its key taken apart. Raises `queue.Empty`."""
        moment, key = self._screens.get(timeout=BOUND)
        return moment, key.split("|")

    def touch(self, kind: str, key: str, **body: Any) -> float:
        """Touch the screen `key`; the moment of it. Raises `RuntimeError` when it is refused."""
        asked = json.dumps({"visit": key.partition("|")[0], "screen": key, **body})
        touched = time.perf_counter()
        if "error" in self._ask("POST", f"{self._address}/{kind}", asked, self._headers)[1]:
            raise RuntimeError(f"{kind} was refused")
        return touched

    def shown(self, phase: Phase) -> tuple[float, str]:
        """The next screen of that phase, passing over others: its moment and its key."""
        while True:
            moment, key = self._screens.get(timeout=BOUND)
            if key.split("|")[1] == phase:
                return moment, key

    def _follow(self) -> None:
        self._stream.request("GET", f"{self._address}/events", headers=self._headers)
        answer = self._stream.getresponse()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while text := answer.readline():
                moment = time.perf_counter()
                if text.startswith(b'data: {"key"'):
                    self._screens.put((moment, json.loads(text[6:])["key"]))

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[Message, str]:
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        return answer.headers, answer.read().decode()


def _line(running: Demo) -> http.client.HTTPSConnection:
    where = urlsplit(running.url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(where.hostname or "", where.port, timeout=BOUND, context=context)
