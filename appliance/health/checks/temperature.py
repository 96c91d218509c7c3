"""Is the box too hot?"""

from appliance.eligibility.diagnosis import Finding, Outcome
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings


def look(here: Surroundings) -> Outcome:
    """A finding when its hottest sensor says so. Many machines have none."""
    degrees = here.machine.temperature
    if degrees is None:
        return Outcome.unknown("この装置には温度計がありません")
    says = said("{degrees}℃", degrees=round(degrees))
    severity = here.limit("temperature", degrees)
    return Outcome(says, (Finding("HEALTH-019", severity, says),) if severity else ())
