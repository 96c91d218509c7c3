"""One look at everything."""

import logging
from collections.abc import Mapping

from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity
from appliance.health.checks import CHECKS, Look
from appliance.health.surroundings import Surroundings

_log = logging.getLogger(__name__)
BROKEN = "HEALTH-001"


def look_at_everything(
    here: Surroundings, checks: Mapping[CheckName, Look] = CHECKS
) -> dict[CheckName, Outcome]:
    """What each check found. One that breaks is itself a finding, and the others are made all the same."""
    return {name: _outcome(name, look, here) for name, look in checks.items()}


def _outcome(name: CheckName, look: Look, here: Surroundings) -> Outcome:
    try:
        return look(here)
    except Exception as error:
        _log.exception("the check %s broke", name)
        kind = type(error).__name__
        return Outcome("点検できませんでした", (Finding(BROKEN, Severity.WAIT, kind),))
