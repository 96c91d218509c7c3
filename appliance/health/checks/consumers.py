"""Does every consumer take what is owed to it?"""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import consumers, gauges

_MINUTE = timedelta(minutes=1)


def look(here: Surroundings) -> Outcome:
    """A finding for each consumer in use whose oldest result has been waiting too long."""
    used = [one.name for one in consumers.all_consumers(here.ledger) if one.enabled]
    if not used:
        return Outcome.unknown("連携先はありません")
    owed = {name: since for name, since in gauges.oldest_owed(here.ledger).items() if name in used}
    findings = tuple(
        Finding(
            "HEALTH-011",
            severity,
            said(
                "{name}: いちばん古い結果を{minutes}分受け取っていません",
                name=name,
                minutes=here.age(since) // _MINUTE,
            ),
            name,
            (Suggestion.OPEN_CONSUMERS, Suggestion.OPEN_QUEUE),
        )
        for name, since in owed.items()
        if (severity := here.limit("consumer-silent", here.age(since) / _MINUTE)) is not None
    )
    return Outcome(
        said("{count}件のうち、受け取り待ちのあるもの {owed}件", count=len(used), owed=len(owed)), findings
    )
