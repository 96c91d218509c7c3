"""Does the file server answer that serves a folder over the network?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.health.surroundings import Surroundings
from appliance.ledger import conditions, folder_shares
from appliance.ledger.conditions import Link, LinkState


def look(here: Surroundings) -> Outcome:
    """A finding while it is silent: the レセコン can neither ask nor fetch."""
    found = conditions.get(here.ledger, Link.SHARE)
    share = folder_shares.current(here.ledger)
    if share is None or found.state is LinkState.UNKNOWN:
        return Outcome.unknown("まだ確かめていません" if share else "使っていません")
    if found.state is LinkState.UP:
        return Outcome("使えます")
    suggestions = (Suggestion.OPEN_CONSUMERS,)
    code = found.trouble_code or "SHARE-003"
    return Outcome(
        "答えません", (Finding(code, Severity.STOP, subject=share.consumer, suggestions=suggestions),)
    )
