"""Does a reader come and go? A cable, a hub or too little power does that, and no single loss would tell."""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import readers, visit_troubles

_LOST = "READER-001"
_HOUR = timedelta(hours=1)


def look(here: Surroundings) -> Outcome:
    """One finding for each reader that was lost too often within the hour."""
    counted = [
        one
        for one in visit_troubles.between(here.ledger, here.now - _HOUR, here.now + timedelta(milliseconds=1))
        if one.code == _LOST
    ]
    # Counted by what people call a reader; which one it is, its key says, which is nobody's name.
    keys = {reader.label: reader.key for reader in readers.listed(here.ledger)}
    findings = tuple(
        Finding(
            "HEALTH-003",
            severity,
            said("{label}: この1時間に{count}回切れました", label=one.reader, count=one.count),
            keys.get(one.reader, ""),
            (Suggestion.OPEN_READERS,),
        )
        for one in counted
        if (severity := here.limit("reader-losses", one.count)) is not None
    )
    losses = sum(one.count for one in counted)
    return Outcome(said("この1時間に切れた回数 {count}回", count=losses), findings)
