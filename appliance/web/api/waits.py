"""Calls that wait for news: each holds a thread, so they are few, and they end when the process has to."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator

from appliance.eligibility.trouble import Trouble
from appliance.ledger.bell import LONGEST_WAIT, Topic
from appliance.ledger.database import Ledger

MOST_WAITS = 16
"""As many more threads the service has."""

MOST_A_TOKEN = 2
_TOPICS = Topic.CHECKS | Topic.DELIVERIES | Topic.READERS | Topic.CONDITIONS | Topic.TASKS


class Waits:
    """The waits of one process. Thread-safe."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self._is_stopping = is_stopping
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    def enter(self, key: str) -> Callable[[], None]:
        """Begin to wait; what is given back ends it, and may be called more than once. Raises `Trouble` CALL-004."""
        with self._lock:
            if self._held[key] >= MOST_A_TOKEN or self._held.total() >= MOST_WAITS:
                raise Trouble("CALL-004")
            self._held[key] += 1
        is_over = threading.Event()

        def leave() -> None:
            with self._lock:
                if not is_over.is_set():
                    is_over.set()
                    self._held[key] -= 1

        return leave

    def looks(
        self, ledger: Ledger, seconds: float, clock: Callable[[], float], is_welcome: Callable[[], bool]
    ) -> Iterator[None]:
        """One turn at once and one whenever something may be new, for so many seconds by a clock that nobody sets.

        It ends early when the process stops or whoever waits is welcome no more.
        """
        until = clock() + seconds
        with ledger.listen(_TOPICS) as ear:
            while not self._is_stopping() and is_welcome():
                yield
                left = until - clock()
                if left <= 0:
                    return
                ear.wait(min(left, LONGEST_WAIT))
