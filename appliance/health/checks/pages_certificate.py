"""How long does the certificate last by which browsers know the pages?"""

from datetime import datetime

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.identity import clinic
from appliance.ledger.times import clinic_day


def look(here: Surroundings) -> Outcome:
    """A finding when the clinic's own is near its end or over. The box's own is renewed by itself."""
    found = clinic.held(here.box)
    if found is None:
        return Outcome("装置が自分で作り直しています")
    says = _until(found.not_after)
    if not found.is_ending(here.now):
        return Outcome(says)
    code, severity = ("HEALTH-017", Severity.WAIT) if found.is_valid(here.now) else ("TLS-004", Severity.STOP)
    return Outcome(says, (Finding(code, severity, says, suggestions=(Suggestion.OPEN_TLS,)),))


def _until(end: datetime) -> str:
    return said("{day} まで", day=f"{clinic_day(end):%Y/%m/%d}")
