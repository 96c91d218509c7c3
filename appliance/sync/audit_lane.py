"""The lane of the audit trail: signs it once a day, looks at all of it once a night and when the desk asks."""

import logging
from datetime import datetime, time

from appliance.eligibility.rules.retention import TRAIL, years_kept
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, Clock, clinic_day
from appliance.ledger.trail import cuts, heads, looks, verifying
from appliance.ledger.trail.cuts import Cut
from appliance.rulebook import rulebook_of
from appliance.settings import Box
from appliance.sync.lane import Lane

NIGHT = time(2)
"""When the look of the night is due, in Japan: after the day's head, before anybody comes."""
_EVERY = 3.0
"""Seconds between two looks at what is due: somebody at the desk may wait for one."""
_PAUSE = 60.0
"""Seconds after a failure: the disk may be full."""

_log = logging.getLogger(__name__)


class AuditLane(Lane):
    """There is one in a box."""

    def __init__(self, box: Box, ledger: Ledger, clock: Clock) -> None:
        super().__init__("audit-lane", _EVERY, held_off=_PAUSE)
        self._box = box
        self._ledger = ledger
        self._clock = clock

    def _turn(self) -> None:
        self.turn(self._clock())

    def turn(self, now: datetime) -> bool:
        """Sign when a day has no head yet, look when a look is due; whether it looked."""
        self._sign(now)
        if not self._is_due(now):
            return False
        looked = verifying.look(self._ledger, self._box)
        looks.note(self._ledger, looked, self._clock())
        if not looked.is_sound:
            _log.error("%s %s findings in the audit trail", looks.CODE, len(looked.findings))
        return True

    def _sign(self, now: datetime) -> None:
        try:
            if heads.is_due(self._ledger, now):
                heads.sign(self._ledger, self._box, now)
        except ValueError as error:
            # A head or a key that was tampered with must not keep the look from finding it.
            _log.error("%s nothing can be signed: %s", looks.CODE, error)

    def _is_due(self, now: datetime) -> bool:
        last = looks.last(self._ledger)
        if last.wanted_at or last.done_at is None:
            return True
        is_night_over = now.astimezone(JAPAN).time() >= NIGHT
        return is_night_over and clinic_day(last.done_at) != clinic_day(now)


def cut(box: Box, ledger: Ledger, now: datetime) -> Cut | None:
    """Take away the months that need not be kept any more; for `RetentionLane`, which knows whether the clock can be believed."""
    years = years_kept(rulebook_of(box), TRAIL, clinic_day(now))
    return cuts.cut(ledger, box, years, now) if years else None
