"""How often each token may call: so many times a minute, counted in this process only."""

import threading
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble

_MINUTE = timedelta(minutes=1)


class Pace:
    """Counts calls by key. Thread-safe. A clock that is set begins a new minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._minutes: dict[str, tuple[datetime, int]] = {}

    def take(self, key: str, now: datetime) -> None:
        """One more call. Raises `Trouble` CALL-003 when it is one too many; those refused do not count."""
        with self._lock:
            begun, count = self._minutes.get(key, (now, 0))
            if not timedelta(0) <= now - begun < _MINUTE:
                begun, count = now, 0
            if count >= self._most:
                raise Trouble("CALL-003")
            self._minutes[key] = begun, count + 1

    def seconds_left(self, key: str, now: datetime) -> int:
        """After how many seconds `key` may call again, a minute at most."""
        with self._lock:
            begun, _ = self._minutes.get(key, (now, 0))
        return max(1, min(60, round((begun + _MINUTE - now).total_seconds())))
