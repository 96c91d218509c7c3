"""A page of reception that draws nothing: it follows the board, opens each patient's answer and says what is before it."""

import contextlib
import re
import threading
import uuid
from typing import Any
from urllib.parse import urlsplit

import urllib3

from benchmarks.demo_world import BOUND, Demo

_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')


class PlainDesk:
    """One, signed in. Close it."""

    def __init__(self, running: Demo) -> None:
        where = urlsplit(running.url)
        self._pool = urllib3.HTTPSConnectionPool(
            where.hostname or "", where.port, ca_certs=running.facts["web"]["ca"], maxsize=2, timeout=BOUND
        )
        self._page = str(uuid.uuid4())
        name, password = running.account("reception")
        answer = self._pool.request(
            "POST",
            "/sign-in",
            fields={"name": name, "password": password},
            encode_multipart=False,
            redirect=False,
        )
        self._headers = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0], "Accept": "text/html"}
        found = _TOKEN.search(self._asked("GET", "/").data.decode())
        if found is None:
            raise LookupError("the page has no token")
        self._headers["X-CSRF-Token"] = found[1]
        self._stream = self._asked("GET", "/reception/events", preload_content=False)
        threading.Thread(target=self._follow, daemon=True).start()

    def close(self) -> None:
        """Leave the stream."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._stream.shutdown()
        self._pool.close()

    def open(self, check_id: str) -> None:
        """Have a patient's answer before oneself."""
        self._asked("GET", f"/reception/checks/{check_id}")

    def say(self, check_id: str) -> None:
        """Say that it still is so, as the page does every twenty seconds."""
        self._asked("POST", f"/reception/checks/{check_id}/attend", {"page": self._page})

    def leave(self) -> None:
        """Nothing is before it any more."""
        self._asked("POST", "/reception/leave", {"page": self._page})

    def _follow(self) -> None:
        with contextlib.suppress(urllib3.exceptions.HTTPError, OSError, ValueError):
            for _ in self._stream.stream():
                pass

    def _asked(
        self, method: str, path: str, fields: dict[str, str] | None = None, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        if fields is not None:
            options |= {"fields": fields, "encode_multipart": False}
        answer = self._pool.request(method, path, headers=self._headers, redirect=False, **options)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return answer
