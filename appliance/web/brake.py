"""A brake on guessing: after some failures within a while, whoever spends from the same budget rests.

Who guesses must not lock others out. So nobody has one budget alone: a browser in which the account has signed in before
(`known_device`) has one of its own, which no stranger can use up; strangers share theirs by account and by address.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from appliance.eligibility.trouble import Trouble

MOST_FAILURES = 5
REST = timedelta(minutes=5)
_MOST_KEYS = 10_000

Key = tuple[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Budget:
    """Failures that whoever shares `key` may have within `REST`."""

    key: Key
    most: int = MOST_FAILURES


class Brake:
    """Counts failures by budget, in this process only. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[Key, list[datetime]] = {}
        self._told: dict[Key, datetime] = {}

    def spend(
        self, budgets: tuple[Budget, ...], now: datetime, step: Callable[[], T], note: Callable[[str], None]
    ) -> T:
        """Do `step`, whose `Trouble` is a failure; the first budget is whole again after a success.

        Raises `Trouble` AUTH-005 without doing it while a budget is used up. `note` gets the code of what is to be written down:
        each failure, and of all that is refused for a used-up budget one, because a flood must cost nothing.
        """
        for budget in budgets:
            if self._is_used_up(budget, now):
                if self._is_news(budget.key, now):
                    note("AUTH-005")
                raise Trouble("AUTH-005")
        try:
            done = step()
        except Trouble as trouble:
            for budget in budgets:
                self._failed(budget.key, now)
            note(trouble.code)
            raise
        with self._lock:
            self._failures.pop(budgets[0].key, None)
        return done

    def _is_used_up(self, budget: Budget, now: datetime) -> bool:
        with self._lock:
            return len(self._recent(budget.key, now)) >= budget.most

    def _is_news(self, key: Key, now: datetime) -> bool:
        with self._lock:
            told = self._told.get(key)
            if told is not None and timedelta() <= now - told < REST:
                return False
            _put(self._told, key, now)
            return True

    def _failed(self, key: Key, now: datetime) -> None:
        with self._lock:
            _put(self._failures, key, [*self._recent(key, now), now])

    def _recent(self, key: Key, now: datetime) -> list[datetime]:
        # What comes much later than now was counted before the clock was set back: it must not count until the clock is there again.
        # A little later is one who asked after us and was judged before us: those count, or guesses sent at once would not.
        return [moment for moment in self._failures.get(key, []) if abs(now - moment) < REST]


V = TypeVar("V")


def _put(table: dict[Key, V], key: Key, value: V) -> None:
    """At the end; the one that was longest not written goes when there are too many."""
    table.pop(key, None)
    if len(table) >= _MOST_KEYS:
        del table[next(iter(table))]
    table[key] = value
