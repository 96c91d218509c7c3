"""How much room is left where the ledger lies?"""

import shutil

from appliance.eligibility.diagnosis import Finding, Outcome
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings

_GIB = 1024**3


def look(here: Surroundings) -> Outcome:
    """A finding when it is getting little. Raises `OSError`."""
    usage = shutil.disk_usage(here.box.root)
    free = 100 * usage.free / max(usage.total, 1)
    says = said("空き {gib}GB（{percent}%）", gib=f"{usage.free / _GIB:.1f}", percent=int(free))
    severity = here.limit("disk-free", free)
    return Outcome(says, (Finding("HEALTH-007", severity, says),) if severity else ())
