"""Whoever tries a page that is not for their role is written down, once a while for each page: a flood must cost nothing."""

import threading
from datetime import datetime, timedelta

from flask import Flask, current_app, g, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.web.room import here

WHILE = timedelta(minutes=10)
_CODES = ("AUTH-003", "AUTH-008")
_EXTENSION = "madoguchi-refusals"
_MOST = 1_000

Key = tuple[str, str]


class Refusals:
    """What was written down lately. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[Key, datetime] = {}

    def is_news(self, key: Key, now: datetime) -> bool:
        """Whether `key` was not told of within `WHILE`; from now on it was."""
        with self._lock:
            told = self._told.pop(key, None)
            if len(self._told) >= _MOST:
                del self._told[next(iter(self._told))]
            is_old = told is not None and timedelta() <= now - told < WHILE
            self._told[key] = told if told is not None and is_old else now
            return not is_old


def install(app: Flask) -> None:
    """Keep the memory of `app`."""
    app.extensions[_EXTENSION] = Refusals()


def note(trouble: Trouble) -> None:
    """Write down that the account of this request was refused a page; which one, never what it asked there."""
    account, page = g.get("account"), request.endpoint or ""
    if trouble.code not in _CODES or account is None:
        return
    room = here()
    memory: Refusals = current_app.extensions[_EXTENSION]
    now = room.clock()
    if memory.is_news((account.name, page), now):
        audit.write(room.ledger, account.name, "page-refused", page, now, trouble.code)
