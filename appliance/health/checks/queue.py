"""Does the queue of questions move?"""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import gauges

_MINUTE = timedelta(minutes=1)


def look(here: Surroundings) -> Outcome:
    """A finding when the oldest open question has been waiting too long."""
    found = gauges.open_checks(here.ledger)
    count = sum(found.by_state.values())
    word = said("{count}件", count=count)
    if found.oldest is None:
        return Outcome(word)
    age = here.age(found.oldest)
    severity = here.limit("queue-age", age / _MINUTE)
    if severity is None:
        return Outcome(word)
    says = said("照会待ち{count}件、いちばん古いものは{minutes}分前", count=count, minutes=age // _MINUTE)
    return Outcome(
        says,
        (
            Finding(
                "HEALTH-009", severity, says, suggestions=(Suggestion.LOOK_AT_LINE, Suggestion.OPEN_QUEUE)
            ),
        ),
    )
