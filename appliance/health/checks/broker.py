"""Does the broker serve, and the cluster beside it where the box has one?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.health.surroundings import Surroundings
from appliance.ledger import conditions
from appliance.ledger.conditions import Link, LinkState

_UNEXPLAINED = {Link.BROKER: "BROKER-001", Link.UPSTREAM: "BROKER-004"}


def look(here: Surroundings) -> Outcome:
    """A finding for each that is down."""
    links = (Link.BROKER, Link.UPSTREAM) if here.settings.upstream_brokers else (Link.BROKER,)
    found = [conditions.get(here.ledger, link) for link in links]
    down = tuple(
        Finding(
            one.trouble_code or _UNEXPLAINED[one.link],
            Severity.STOP,
            subject=one.link,
            suggestions=(Suggestion.OPEN_CONSUMERS,),
        )
        for one in found
        if one.state is LinkState.DOWN
    )
    if not down and any(one.state is LinkState.UNKNOWN for one in found):
        return Outcome.unknown("まだ確かめていません")
    return Outcome("止まっています" if down else "つながっています", down)
