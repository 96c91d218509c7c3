"""How much memory could a program still have?"""

from appliance.eligibility.diagnosis import Finding, Outcome
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings


def look(here: Surroundings) -> Outcome:
    """A finding when it is getting little."""
    free = here.machine.memory_free
    if free is None:
        return Outcome.unknown("確かめられません")
    says = said("空き {percent}%", percent=int(free))
    severity = here.limit("memory-free", free)
    return Outcome(says, (Finding("HEALTH-008", severity, says),) if severity else ())
