"""The visits of months that are over, read once for the pages that one looks at one after the other."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

from flask import current_app
from flask.blueprints import BlueprintSetupState

from appliance.eligibility.statistics.counted import Counted
from appliance.ledger import checks, month_visits
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day
from appliance.web.statistics.area import blueprint

_EXTENSION = "madoguchi-visits"
_MOST = 2

Visits = tuple[Counted, ...]
Reading = Callable[[Ledger, date, date, datetime], Visits]


class KeptVisits:
    """Keeps what was read last, until anything changes about any check. May be used from any thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[date, date], tuple[int, Visits]] = {}

    def between(self, ledger: Ledger, first: date, last: date, now: datetime) -> Visits:
        """As `month_visits.between`. Days that are not over depend on the moment as well and are read anew."""
        if last >= clinic_day(now):
            return month_visits.between(ledger, first, last, now)
        # The revision first: what changes while the visits are read makes the next look read them again.
        revision = checks.latest_revision(ledger)
        before, found = self._kept.get((first, last), (-1, ()))
        if before == revision:
            return found
        found = month_visits.between(ledger, first, last, now)
        others = [one for one in self._kept.items() if one[0] != (first, last)]
        self._kept = dict([*others, ((first, last), (revision, found))][-_MOST:])
        return found


@blueprint.record_once
def _put_up(state: BlueprintSetupState) -> None:
    state.app.extensions[_EXTENSION] = KeptVisits()


def kept_visits() -> Reading:
    """How the app that serves this request reads visits."""
    return cast(KeptVisits, current_app.extensions[_EXTENSION]).between
