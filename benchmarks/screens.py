"""Who leads a visit: the patient's page in Chromium, or a screen that draws nothing."""

from dataclasses import dataclass
from typing import Protocol

from benchmarks.demo_pages import SeenPage

PAUSE = 0.08
"""Seconds from a screen to its touch: the box is quiet by then, as it is while a person reads."""


@dataclass(frozen=True)
class Led:
    """Moments of `time.perf_counter`: the PIN pad was there, its last key was touched, consents likewise."""

    pin: float
    typed: float
    consents: float
    given: float


class Screen(Protocol):
    """The screen at one reader."""

    def hop(self) -> float:
        """Seconds of one empty request."""

    def visit(self, pin: str) -> Led:
        """Lead the visit that has just begun, as a patient does."""


class PageScreen:
    """The patient's page, touched by the eyes in it."""

    def __init__(self, page: SeenPage) -> None:
        self._page = page
        self._earlier = ""

    def hop(self) -> float:
        """Seconds of one empty request."""
        return float(self._page.ask("bench.hop()")) / 1000

    def visit(self, pin: str) -> Led:
        """Lead the visit that has just begun."""
        asked = [self._earlier, pin, 1000 * PAUSE]
        seen = self._page.ask("([earlier, pin, pause]) => bench.visit(earlier, pin, pause)", asked)
        self._earlier = seen["visit"]
        return Led(**{name: self._page.moment(seen[name]) for name in ("pin", "typed", "consents", "given")})
