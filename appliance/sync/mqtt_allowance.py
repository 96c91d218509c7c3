"""How much one consumer may say: so much at once, so much a second. What is beyond is not heard, and the others are.

Nothing is lost by it. An acknowledgement that was not heard means that the result is offered again; after a hello that
was not heard the next regular offer brings what was missed.
"""

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """`at_once` messages, and `a_second` more as time goes by."""

    at_once: float
    a_second: float


RATES = {"ack": Rate(2_000, 500), "hello": Rate(10, 1)}
"""A consumer that comes back after days acknowledges a thousand results at once; each hello makes the box look at all it owes."""

OTHERWISE = Rate(100, 10)
LONGEST_SMALL = 4_096
"""Bytes of an acknowledgement or a hello. Nothing that is longer can be one."""

_TELL_EVERY = 60.0


@dataclass
class _Bucket:
    left: float
    at: float


class Allowance:
    """Counts by consumer and word. Thread-safe; `now` is a clock that nobody sets, in seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._told_at: dict[str, float] = {}

    def may(self, consumer: str, word: str, now: float) -> bool:
        """Whether this message is heard. Only names that the broker knows come here, so there are few."""
        rate = RATES.get(word, OTHERWISE)
        with self._lock:
            bucket = self._buckets.setdefault((consumer, word), _Bucket(rate.at_once, now))
            bucket.left = min(rate.at_once, bucket.left + (now - bucket.at) * rate.a_second)
            bucket.at = now
            if bucket.left < 1:
                return False
            bucket.left -= 1
            return True

    def is_news(self, consumer: str, now: float) -> bool:
        """Whether it is time to say again in the log that this consumer says too much."""
        with self._lock:
            last = self._told_at.get(consumer)
            if last is not None and now - last < _TELL_EVERY:
                return False
            self._told_at[consumer] = now
            return True
