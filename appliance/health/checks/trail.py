"""Was the audit trail as it was written, when somebody last looked?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.health.surroundings import Surroundings
from appliance.ledger.trail import looks


def look(here: Surroundings) -> Outcome:
    """A finding when it was not."""
    found = looks.last(here.ledger).looked
    if found is None:
        return Outcome.unknown("まだ確かめていません")
    if found.is_sound:
        return Outcome("異常なし")
    return Outcome("異常あり", (Finding(looks.CODE, Severity.STOP, suggestions=(Suggestion.OPEN_TRAIL,)),))
