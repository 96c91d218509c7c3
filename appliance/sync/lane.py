"""A lane: one thread that does its turn again and again, by the clock or when the bell rings."""

import logging
import threading
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable

from appliance.ledger.bell import EVERYTHING, LONGEST_WAIT, BellListener, Topic
from appliance.ledger.database import Ledger


def log_bug(log: logging.Logger, error: Exception) -> None:
    """Kind and place of what nobody foresaw; its text may quote a message."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error("BOX-005 %s %s:%s", type(error).__name__, place.filename, place.lineno)


class Lane(ABC):
    """Runs in a thread of its own from `start` to `stop`: a turn, then a rest of `every` seconds, which `stop` cuts short.

    What a turn raises is logged and ends nothing: a full disk must not end the lane. The next turn then comes `held_off`
    seconds later.
    """

    def __init__(self, name: str, every: float, *, held_off: float = 0.0) -> None:
        self._every = every
        self._held_off = held_off
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the step under way and end."""
        self._leave_off()
        self._thread.join(self._patience())

    def _begin(self) -> None:  # noqa: B027 - most lanes have nothing to do here
        """What comes once, before the first turn."""

    @abstractmethod
    def _turn(self) -> None:
        """Do what is due."""

    def _rest(self) -> None:
        self._stopping.wait(self._every)

    def _leave_off(self) -> None:
        """Let no further turn begin, and end the rest."""
        self._stopping.set()

    def _patience(self) -> float | None:
        """How long `stop` waits for the step under way; None for as long as it takes."""
        return None

    def _failed(self, error: Exception) -> None:
        log_bug(logging.getLogger(type(self).__module__), error)

    def _run(self) -> None:
        self._guarded(self._begin)
        while not self._stopping.is_set():
            if not self._guarded(self._turn):
                self._stopping.wait(self._held_off)
            self._rest()

    def _guarded(self, step: Callable[[], object]) -> bool:
        try:
            step()
        except Exception as error:
            self._failed(error)
            return False
        return True


class ListeningLane(Lane):
    """A lane whose rest ends when the bell rings for one of `topics`."""

    _bell: BellListener

    def __init__(
        self, name: str, ledger: Ledger, topics: Topic = EVERYTHING, *, held_off: float = 0.0
    ) -> None:
        super().__init__(name, LONGEST_WAIT, held_off=held_off)
        self._ledger = ledger
        self._topics_heard = topics

    def _rest(self) -> None:
        self._bell.wait(self._seconds())

    def _seconds(self) -> float:
        """How long to rest when nothing rings; the bell wakes after `LONGEST_WAIT` all the same."""
        return LONGEST_WAIT

    def _leave_off(self) -> None:
        super()._leave_off()
        self._ledger.ring(self._topics_heard)

    def _run(self) -> None:
        with self._ledger.listen(self._topics_heard) as self._bell:
            super()._run()
