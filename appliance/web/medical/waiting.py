"""Waiting for an answer: a moment in the request itself, then the page looks again."""

import time

from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check, CheckState
from appliance.web.room import here

_MOMENT = 0.45
"""Seconds a page waits itself: most answers come in that time, and nobody sees that there was a wait."""

UNDER_WAY = (CheckState.RECEIVED, CheckState.ASKING)


def soon_closed(check_id: str) -> Check:
    """The check once it is no longer under way, or as it stands after a moment. Raises `Trouble` INPUT-005 for none."""
    ledger = here().ledger
    deadline = time.monotonic() + _MOMENT
    with ledger.listen(Topic.CHECKS) as ear:
        while True:
            check = checks.find(ledger, check_id)
            if check is None:
                raise Trouble("INPUT-005")
            left = deadline - time.monotonic()
            if check.state not in UNDER_WAY or left <= 0:
                return check
            ear.wait(left)
