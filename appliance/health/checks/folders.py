"""Can the shared folder be used?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.health.surroundings import Surroundings
from appliance.ledger import conditions, consumers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind


def look(here: Surroundings) -> Outcome:
    """A finding while a folder is away. Without a consumer of a folder there is nothing to look at."""
    used = [
        one for one in consumers.all_consumers(here.ledger) if one.enabled and one.kind is ConsumerKind.FOLDER
    ]
    found = conditions.get(here.ledger, Link.FOLDER)
    if not used or found.state is LinkState.UNKNOWN:
        return Outcome.unknown("まだ確かめていません" if used else "使っていません")
    if found.state is LinkState.UP:
        return Outcome("使えます")
    code = found.trouble_code or "FOLDER-001"
    return Outcome("使えません", (Finding(code, Severity.STOP, suggestions=(Suggestion.OPEN_CONSUMERS,)),))
