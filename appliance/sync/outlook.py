"""What we believe of the link to the center, and when to look again."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ledger.conditions import LinkState
from appliance.sync.backoff import delay

Jitter = Callable[[], float]

_OWN_LONGEST = 20


def three_quarters_to_all() -> float:
    """A factor that keeps a town's boxes from asking in step after an outage."""
    return secrets.SystemRandom().uniform(0.75, 1.0)


class Outlook:
    """up, down or unknown, and the moment of the next look. Thread-safe; knows no clock.

    `first` and `longest` are seconds: the wait after the first failure, doubled with every further one up to
    `longest`, which is also how long a link that is up may be silent before it is looked at.
    """

    def __init__(self, first: float, longest: float, jitter: Jitter = three_quarters_to_all) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._lock = threading.Lock()
        self._state = LinkState.UNKNOWN
        self._failures = 0
        self._next_look: datetime | None = None
        self._code = ""

    @property
    def state(self) -> LinkState:
        """What we believe."""
        return self._state

    @property
    def next_look(self) -> datetime | None:
        """When somebody should look, None for at once."""
        return self._next_look

    @property
    def code(self) -> str:
        """The trouble code that explains a link that is down."""
        return self._code

    def forget(self) -> None:
        """Know nothing any more, so that somebody looks at once."""
        with self._lock:
            self._state, self._failures, self._next_look = LinkState.UNKNOWN, 0, None

    def up(self, now: datetime, within: float | None = None) -> bool:
        """The center answered; whether that is news. Look again `within` seconds, where that is sooner than usual."""
        with self._lock:
            is_news = self._state is not LinkState.UP
            self._state, self._failures = LinkState.UP, 0
            self._next_look = now + timedelta(seconds=min(self._longest, within or self._longest))
            return is_news

    def down(
        self,
        code: str,
        now: datetime,
        retry_after: float | None = None,
        *,
        looking: bool,
        growing: bool = True,
    ) -> datetime:
        """The center did not answer because of `code`; returns the moment of the next look.

        A failure that was no look, while the link is known to be down, is an echo and moves nothing. `growing`
        makes the wait after this one longer. `retry_after` seconds, asked for by the center, come before our own
        wait, `longest` at most.
        """
        with self._lock:
            if looking or self._state is not LinkState.DOWN or self._next_look is None:
                wait = self._wait(growing) if retry_after is None else min(retry_after, self._longest)
                self._next_look = now + timedelta(seconds=wait)
                self._failures += growing
            self._state, self._code = LinkState.DOWN, code
            return self._next_look

    def _wait(self, growing: bool) -> float:
        return delay(self._failures if growing else 0, self._first, self._longest) * self._jitter()

    def later(self, now: datetime, tries: int) -> datetime:
        """When to ask one check again that failed for a reason of its own, after `tries` tries."""
        return now + timedelta(seconds=delay(tries - 1, self._first, self._longest) * self._jitter())

    def much_later(self, now: datetime, failures: int) -> datetime:
        """`later` for a check that has failed so often while others were answered: these waits grow beyond `longest`.

        The first ones are for a passing mood of the center, the last ones for one that passes within the hour.
        """
        longest = self._longest * _OWN_LONGEST
        return now + timedelta(seconds=delay(failures - 1, self._first, longest) * self._jitter())

    def is_look_due(self, now: datetime) -> bool:
        """Whether somebody should look. A look too far away means that the clock was set back: look now."""
        with self._lock:
            return self._next_look is None or not (
                now < self._next_look <= now + timedelta(seconds=self._longest)
            )

    def until_look(self, now: datetime) -> float:
        """Seconds to the next look, 0 when it is due."""
        with self._lock:
            return max(0.0, (self._next_look - now).total_seconds()) if self._next_look else 0.0
