"""The health process: one look after another, or a single one where a timer starts it each minute."""

import logging
import signal
import threading
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

from appliance.health import lamps
from appliance.health.looking import look_at_everything
from appliance.health.machine import Machine
from appliance.health.surroundings import Surroundings
from appliance.ledger import health, mornings, reader_tests
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, Clock, clinic_day, utc_now
from appliance.service_manager import ServiceManager
from appliance.settings import Box, Settings

_log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds between two looks of a process that stays."""
_AFTER_START = 20.0
"""Whoever starts with us is not silent, only not there yet."""
PATIENCE = timedelta(minutes=5)
"""For so long the morning's report waits for the readers' test, which takes its time: after its hour, and after a start."""


def look(box: Box, ledger: Ledger, now: datetime, machine: Machine) -> None:
    """One look, written down, shown at the lamps, and kept as the morning's report when that is due.

    Raises `Trouble` BOX-001 for unusable settings, `sqlite3.Error` and `OSError` when ledger or disk fail.
    """
    settings = box.load()
    outcomes = look_at_everything(Surroundings(box, settings, ledger, now, machine))
    health.note(ledger, outcomes, now)
    picture = health.with_sinces(ledger, outcomes, now)
    lamps.show(machine.root, picture.severity)
    if is_morning_due(ledger, settings, now, machine.uptime):
        mornings.note(ledger, clinic_day(now), picture, now)


def is_morning_due(ledger: Ledger, settings: Settings, now: datetime, uptime: timedelta | None) -> bool:
    """Whether the day's report is still to be made: `reader_test_at` has passed and the readers were tested since.

    A machine that was switched on later than that is given as long: its readers and its line were not looked at yet.
    """
    if not settings.reader_test_at or mornings.of(ledger, clinic_day(now)) is not None:
        return False
    begins = datetime.combine(clinic_day(now), clock_time.fromisoformat(settings.reader_test_at), JAPAN)
    tests = reader_tests.standing(ledger)
    are_tested = not tests.readers or (tests.oldest is not None and tests.oldest >= begins)
    has_waited = now >= begins + PATIENCE and (uptime is None or uptime >= PATIENCE)
    return now >= begins and (are_tested or has_waited)


def run(box: Box, *, once: bool = False, clock: Clock = utc_now) -> None:
    """Look until SIGTERM or SIGINT; with `once` a single time. Raises `Trouble` BOX-001 for unusable settings at the start."""
    box.load()
    ledger = Ledger.of(box)
    try:
        if once:
            look(box, ledger, clock(), Machine())
        else:
            _stay(box, ledger, clock)
    finally:
        ledger.close()


def _stay(box: Box, ledger: Ledger, clock: Clock) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    manager = ServiceManager()
    manager.ready()
    due = time.monotonic() + _AFTER_START
    while not stop.wait(min(manager.beats_every or EVERY, max(due - time.monotonic(), 0.0))):
        manager.beat()
        if time.monotonic() >= due:
            due = time.monotonic() + EVERY
            _look_safely(box, ledger, clock())
    manager.ending()


def _look_safely(box: Box, ledger: Ledger, now: datetime) -> None:
    try:
        look(box, ledger, now, Machine())
    except Exception:  # a full disk or a broken file must not end the looks: the next one may go well
        _log.exception("nobody could be told how the box is")
