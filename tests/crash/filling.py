"""A disk that is full from the Nth write on, for one piece of work after another, until there is room again.

Nobody restarts anything: what could not be written has to be written later by itself.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.crash.boundaries import Killing

MOST_ROUNDS = 500
_FULL_SECONDS = 0.05
"""How long the disk stays full once somebody has run into it: enough for more to run into it."""


@dataclass
class Filling:
    """The disk under the processes of a clinic; `killing` has the work for them."""

    killing: Killing

    def at_every_write(self, work: Callable[[], None], is_done: Callable[[], bool], stride: int = 1) -> int:
        """Fill the disk before each `stride`-th write of `work`; how often it took until the work did not run into it."""
        clinic = self.killing.clinic
        for number in range(1, MOST_ROUNDS, stride):
            clinic.until("rest", self.killing.is_still)
            clinic.switches.fill_at(number)
            work()
            clinic.until("a full disk or the end", lambda: clinic.switches.is_full or is_done())
            was_full = clinic.switches.is_full
            if was_full:
                threading.Event().wait(_FULL_SECONDS)
                self.killing.expect_sound()
            clinic.switches.make_room()
            clinic.until(f"the end after write {number} failed", is_done)
            if not was_full:
                return number // stride
        raise AssertionError(MOST_ROUNDS)
