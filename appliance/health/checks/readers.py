"""Is each reader there, and the service that they hang on?"""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.eligibility.visit import Phase
from appliance.health.surroundings import Surroundings
from appliance.ledger import conditions, readers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.readers import Reader

_PRESS = (Suggestion.TEST_READERS, Suggestion.OPEN_READERS)
_MISSING = "READER-001"


def look(here: Surroundings) -> Outcome:
    """One finding for each reader that is away for longer than its recovery takes; one alone when the service is down."""
    found = readers.all_readers(here.ledger)
    if not found:
        return Outcome("まだ1台も見つかっていません", (Finding(_MISSING, Severity.WAIT, suggestions=_PRESS),))
    service = conditions.get(here.ledger, Link.CARD_SERVICE)
    if service.state is LinkState.DOWN:
        code = service.trouble_code or "READER-002"
        return Outcome("サービスが応答しません", (Finding(code, Severity.STOP, suggestions=_PRESS),))
    away = [one for one in found if one.phase is Phase.OFFLINE and _is_long(here, one)]
    severity = Severity.STOP if len(away) == len(found) else Severity.WAIT
    findings = tuple(
        Finding(
            one.trouble_code or _MISSING,
            severity,
            said("リーダー{name}（{label}）", name=one.name, label=one.label),
            one.key,
            _PRESS,
        )
        for one in away
    )
    there = sum(one.phase is not Phase.OFFLINE for one in found)
    return Outcome(said("{count}台のうち{there}台が使えます", count=len(found), there=there), findings)


def _is_long(here: Surroundings, reader: Reader) -> bool:
    away = here.age(reader.changed_at)
    return here.limit("reader-away", away / timedelta(minutes=1)) is not None
