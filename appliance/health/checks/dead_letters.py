"""Does something wait for a person because the box has given it up?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import dead_letters


def look(here: Surroundings) -> Outcome:
    """A finding while there is anything."""
    total = dead_letters.counts(here.ledger).total
    says = said("{count}件", count=total)
    if not total:
        return Outcome(says)
    return Outcome(says, (Finding("HEALTH-010", Severity.WAIT, says, suggestions=(Suggestion.OPEN_QUEUE,)),))
