"""Did the last update stay, or did the box go back to what was before?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings

ROLLED_BACK = "rolled-back"


def look(here: Surroundings) -> Outcome:
    """A finding after a fall back, until the updater says otherwise or the machine starts anew."""
    found = here.machine.update
    if found is None:
        return Outcome.unknown("更新の記録はありません")
    if found.state != ROLLED_BACK:
        return Outcome(said("版 {version}", version=found.after or "-"))
    says = said("{after} から {before} に戻りました", after=found.after or "-", before=found.before or "-")
    return Outcome(says, (Finding("HEALTH-015", Severity.WAIT, says),))
