"""A brake on guessing passwords: after some failures an account rests for a while at one address."""

import threading
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble

MOST_FAILURES = 5
REST = timedelta(minutes=5)
_MOST_KEYS = 10_000

Key = tuple[str, str]


class Brake:
    """Counts failures by account and address, in this process only. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[Key, list[datetime]] = {}

    def check(self, key: Key, now: datetime) -> None:
        """Raises `Trouble` AUTH-005 while `key` rests."""
        with self._lock:
            if len(self._recent(key, now)) >= MOST_FAILURES:
                raise Trouble("AUTH-005")

    def failed(self, key: Key, now: datetime) -> None:
        """One more failure."""
        with self._lock:
            if len(self._failures) >= _MOST_KEYS:
                self._failures.clear()
            self._failures[key] = [*self._recent(key, now), now]

    def succeeded(self, key: Key) -> None:
        """Forget the failures of `key`."""
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: Key, now: datetime) -> list[datetime]:
        return [moment for moment in self._failures.get(key, []) if now - moment < REST]
