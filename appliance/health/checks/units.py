"""Has a service of the system failed for good?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity
from appliance.eligibility.said import said
from appliance.health.machine import failed_units
from appliance.health.surroundings import Surroundings


def look(here: Surroundings) -> Outcome:
    """A finding for each failed unit; one of the box's own is urgent."""
    if not here.machine.is_run_by_systemd:
        return Outcome.unknown("systemdで動いていません")
    found = failed_units()
    if found is None:
        return Outcome.unknown("systemdに聞けませんでした")
    return outcome_of(found)


def outcome_of(units: tuple[str, ...]) -> Outcome:
    """What it means that these have failed."""
    findings = tuple(
        Finding(
            "HEALTH-018",
            Severity.STOP if name.startswith(("madoguchi", "pcscd")) else Severity.WAIT,
            said("止まっているもの: {name}", name=name),
            name,
        )
        for name in units
    )
    return Outcome(said("失敗したもの {count}件", count=len(units)), findings)
