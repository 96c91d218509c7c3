"""What the virtual center remembers: each check's answer, and how often it was asked."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: bytes | None = None
    asked: int = 0
    worked_out: int = 0
    answered: int = 0
    seconds: float = 0.0


class Memory:
    """Answers by check id, so that a check asked twice is answered once. Thread-safe; forgets when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._order: list[str] = []

    def answer(self, check_id: str, work_out: Callable[[], bytes]) -> bytes:
        """The answer to a check, worked out the first time it is asked."""
        with self._lock:
            entry = self._entries.setdefault(check_id, _Entry())
            entry.asked += 1
            self._order.append(check_id)
        with entry.lock:
            if entry.answer is None:
                begun = time.monotonic()
                entry.answer = work_out()
                entry.seconds = time.monotonic() - begun
                entry.worked_out += 1
            return entry.answer

    def sent(self, check_id: str) -> None:
        """A whole answer goes out."""
        with self._lock:
            self._entries[check_id].answered += 1

    def counts(self) -> dict[str, Any]:
        """`checks`: asked, worked_out and answered by check id; `order`: the ids in the order they were asked; `seconds`: spent working each out."""
        with self._lock:
            return {
                "checks": {
                    check_id: {"asked": one.asked, "worked_out": one.worked_out, "answered": one.answered}
                    for check_id, one in self._entries.items()
                },
                "order": list(self._order),
                "seconds": {check_id: one.seconds for check_id, one in self._entries.items()},
            }
