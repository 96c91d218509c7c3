"""Keeps the page on a terminal true: looks when the bell rings and now and then, writes only lines that have changed."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import TextIO

from appliance.console.drawing import page
from appliance.console.facts import gather, slow
from appliance.ledger.bell import LONGEST_WAIT, BellListener, Topic
from appliance.ledger.times import Clock
from appliance.settings import Box

_QUICKEST = 2.0
"""Seconds between two looks however often the bell rings."""
_SLOWEST = 10.0
"""Seconds between two looks though it never does: the minute turns, settings change without a bell."""
_MACHINE = 30.0
"""Seconds between two looks at addresses and units, which cost a process each."""
_WHOLE = 600.0
"""Seconds after which everything is written anew, since others may have written onto the screen."""
_STARTING = 180.0
_BEGIN = "\x1b%G\x1b[?25l\x1b[0m"
"""UTF-8, no cursor, plain letters."""
_CLEAR = "\x1b[2J"
_PLAIN_SIZE = os.terminal_size((80, 24))
_HEARD = Topic.READERS | Topic.CONDITIONS


class Screen:
    """A terminal's lines. Knows what stands there, and writes the rest."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lines: list[str] = []
        self._size = size_of(out)

    @property
    def size(self) -> os.terminal_size:
        """Columns and lines, asked again: a serial terminal says nothing and gets 80 by 24."""
        now = size_of(self._out)
        if now != self._size:
            self._size, self._lines = now, []
        return now

    def forget(self) -> None:
        """Write all of it the next time."""
        self._lines = []

    def show(self, lines: list[str]) -> bool:
        """Make the terminal show `lines`; False, and nothing written, when it does already. Raises `OSError`."""
        if lines == self._lines:
            return False
        if not self._lines:
            self._out.write(_BEGIN + _CLEAR)
        for number, line in enumerate(lines):
            if number >= len(self._lines) or self._lines[number] != line:
                self._out.write(f"\x1b[{number + 1};1H\x1b[2K{line}")
        self._out.flush()
        self._lines = lines
        return True


def size_of(out: TextIO) -> os.terminal_size:
    """What the terminal says of its size, or 80 by 24."""
    try:
        found = os.get_terminal_size(out.fileno())
    except (OSError, ValueError):
        return _PLAIN_SIZE
    return found if found.columns and found.lines else _PLAIN_SIZE


class Page:
    """The page of one box. `now` moves on the clock of the wall, `at` on one that is never set."""

    def __init__(self, box: Box, *, japanese: bool) -> None:
        self._box = box
        self._japanese = japanese
        self._begun = time.monotonic()
        self._machine_at = self._begun
        self._machine = slow(box)

    def lines(self, now: datetime, size: os.terminal_size) -> list[str]:
        """As the box is now."""
        at = time.monotonic()
        if at - self._machine_at > _MACHINE or (
            not self._machine.fingerprint and at - self._machine_at > _QUICKEST
        ):
            self._machine_at, self._machine = at, slow(self._box)
        facts = gather(self._box, self._machine, is_starting=at - self._begun < _STARTING)
        return page(facts, now, size.columns, size.lines, japanese=self._japanese)


def run(box: Box, out: TextIO, clock: Clock, *, japanese: bool) -> None:
    """Until SIGTERM or SIGINT. Raises `OSError` when the terminal is gone."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    screen, shown = Screen(out), Page(box, japanese=japanese)
    written_at = time.monotonic()
    with _ear(box) as ear:
        while not stopping.is_set():
            if time.monotonic() - written_at > _WHOLE:
                screen.forget()
                written_at = time.monotonic()
            screen.show(shown.lines(clock(), screen.size))
            _wait(ear, stopping)


def _wait(ear: BellListener | None, stopping: threading.Event) -> None:
    """Until the bell rings, no sooner than `_QUICKEST` and no later than `_SLOWEST`."""
    stopping.wait(_QUICKEST)
    end = time.monotonic() + _SLOWEST - _QUICKEST
    while not stopping.is_set() and time.monotonic() < end:
        if ear is None:
            stopping.wait(LONGEST_WAIT)
        elif ear.wait():
            return


@contextlib.contextmanager
def _ear(box: Box) -> Iterator[BellListener | None]:
    """At the bell, or None where there is none yet, or no room for an ear."""
    try:
        ear = BellListener(box.bell_dir, _HEARD)
    except OSError:
        yield None
        return
    with ear:
        yield ear
