"""Straightened pictures of papers while somebody looks at them: in this process's memory, for minutes, for one person."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

STAYS = 240.0
"""Seconds until a picture goes by itself."""

MOST_PICTURES = 6


@dataclass(frozen=True)
class _Picture:
    owner: str
    until: float
    data: bytes = field(repr=False)


class PictureShelf:
    """Pictures by random tokens. `seconds` is a clock that only goes forward. May be used from any thread."""

    def __init__(self, seconds: Callable[[], float], stays: float = STAYS) -> None:
        self._seconds = seconds
        self._stays = stays
        self._pictures: dict[str, _Picture] = {}
        self._lock = threading.Lock()

    def put(self, owner: str, data: bytes) -> str:
        """Keep a picture for `owner`; its token. The oldest goes when there are too many."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._forget_old()
            while len(self._pictures) >= MOST_PICTURES:
                self._pictures.pop(next(iter(self._pictures)))
            self._pictures[token] = _Picture(owner, self._seconds() + self._stays, data)
        sweeper = threading.Timer(self._stays + 0.1, self.sweep)
        sweeper.daemon = True
        sweeper.start()
        return token

    def get(self, owner: str, token: str) -> bytes | None:
        """The picture, for its owner alone."""
        with self._lock:
            self._forget_old()
            found = self._pictures.get(token)
        return found.data if found is not None and found.owner == owner else None

    def discard(self, owner: str, token: str) -> None:
        """Forget a picture now; harmless when it is gone or somebody else's."""
        with self._lock:
            found = self._pictures.get(token)
            if found is not None and found.owner == owner:
                del self._pictures[token]

    def sweep(self) -> int:
        """Forget what has stayed long enough; how many are left."""
        with self._lock:
            self._forget_old()
            return len(self._pictures)

    def _forget_old(self) -> None:
        now = self._seconds()
        for token in [token for token, one in self._pictures.items() if one.until <= now]:
            del self._pictures[token]
