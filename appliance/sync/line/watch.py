"""Looks at the line when somebody wants it, when it has stopped, and now and then."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ledger import line, line_checks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.line import LineState, Phase
from appliance.ledger.line_checks import BY_ITSELF, LineCheck
from appliance.ledger.times import Clock
from appliance.sync.lane import ListeningLane
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


class LineWatch(ListeningLane):
    """There is one in a box. `target` says anew at each look whom to reach."""

    def __init__(self, ledger: Ledger, clock: Clock, target: Callable[[], Target], pulse: Pulse) -> None:
        super().__init__("line", ledger, Topic.CONDITIONS)
        self._clock = clock
        self._target = target
        self._pulse = pulse
        self._reminded: datetime | None = None

    def _patience(self) -> float:
        # A look that takes long is left behind: nobody wants to know any more.
        return _PATIENCE

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
