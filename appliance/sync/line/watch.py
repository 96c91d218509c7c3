"""Looks at the line when somebody wants it, when it has stopped, and now and then."""

import json
import logging
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ledger import line, line_checks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.line import LineState, Phase
from appliance.ledger.line_checks import BY_ITSELF, LineCheck
from appliance.ledger.times import Clock
from appliance.sync.line.looking import Target, look
from appliance.sync.line.pulse import Pulse

REMIND_EVERY = timedelta(minutes=30)
"""How often a person is reminded of a line that is held."""

_STOPPED_EVERY = timedelta(minutes=5)
_WRONG_EVERY = timedelta(minutes=2)
_USUALLY = timedelta(hours=6)
_PATIENCE = 2.0

_log = logging.getLogger(__name__)


def is_due(state: LineState | None, last: LineCheck | None, now: datetime) -> bool:
    """Whether the line should be looked at without anybody asking, `last` being the last look that is done."""
    phase = state.phase if state else Phase.UNKNOWN
    if phase in (Phase.HELD, Phase.UNKNOWN):
        return False
    if last is None or last.done_at is None or last.done_at > now:  # the clock was set back
        return True
    age = now - last.done_at
    if phase is Phase.STOPPED and state is not None:
        return last.done_at < state.at or age >= _STOPPED_EVERY
    return age >= (_WRONG_EVERY if last.code else _USUALLY)


def is_reminder_due(state: LineState | None, last: datetime | None, now: datetime) -> bool:
    """Whether somebody should be reminded that the line is held, after the `last` reminder."""
    if state is None or state.phase is not Phase.HELD:
        return False
    return abs(now - max(state.at, last or state.at)) >= REMIND_EVERY  # ahead of us: the clock was set back


class LineWatch:
    """One thread from `start` to `stop`. `target` says anew at each look whom to reach."""

    def __init__(self, ledger: Ledger, clock: Clock, target: Callable[[], Target], pulse: Pulse) -> None:
        self._ledger = ledger
        self._clock = clock
        self._target = target
        self._pulse = pulse
        self._reminded: datetime | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End. A look that takes long is left behind: nobody wants to know any more."""
        self._stopping.set()
        self._ledger.ring(Topic.CONDITIONS)
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        with self._ledger.listen(Topic.CONDITIONS) as bell:
            while not self._stopping.is_set():
                try:
                    self._turn()
                except Exception as error:
                    place = traceback.extract_tb(error.__traceback__)[-1]
                    _log.error("BOX-005 %s %s:%s", type(error).__name__, place.filename, place.lineno)
                bell.wait()

    def _turn(self) -> None:
        now = self._clock()
        self._pulse.look()
        self._remind(now)
        if is_due(line.current(self._ledger), line_checks.latest_done(self._ledger), now):
            line_checks.want(self._ledger, BY_ITSELF, now)
        wanted = line_checks.wanted(self._ledger)
        if wanted is not None:
            self._look(wanted)

    def _look(self, wanted: LineCheck) -> None:
        report = look(self._target(), self._clock)
        text = json.dumps(report.as_json(), ensure_ascii=False)
        line_checks.record(self._ledger, wanted.seq, report.code, text, self._clock())
        _log.info("line looked at: %s", report.code or "nothing wrong")

    def _remind(self, now: datetime) -> None:
        if is_reminder_due(line.current(self._ledger), self._reminded, now):
            self._reminded = now
            _log.warning("%s: the line is still held", line.HELD_CODE)
            self._ledger.ring(Topic.CONDITIONS)  # the pages say how long
