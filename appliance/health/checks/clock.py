"""Is the clock kept by a time server, was it set by much, and is it believed?"""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import joined, said
from appliance.health.machine import is_clock_in_step
from appliance.health.surroundings import Surroundings
from appliance.ledger import clock_steps
from appliance.ledger.retention import clock

_DAY = timedelta(days=1)


def look(here: Surroundings) -> Outcome:
    """Up to three findings."""
    is_kept = is_clock_in_step()
    word = {
        True: "時刻サーバーに合っています",
        False: "時刻サーバーに合っていません",
        None: "時刻合わせは確かめられません",
    }[is_kept]
    findings = [] if is_kept is not False else [Finding("HEALTH-005", Severity.WAIT)]
    largest = max(
        clock_steps.between(here.ledger, here.now - _DAY, here.now), key=lambda one: abs(one.by), default=None
    )
    if largest is not None:
        findings += _stepped(here, largest.by)
    if clock.held_until(here.ledger, here.now) is not None:
        findings.append(Finding("RETENTION-001", Severity.WAIT, suggestions=(Suggestion.OPEN_RETENTION,)))
    return Outcome(
        joined("、", (word, *(one.says for one in findings))),
        tuple(findings),
        is_known=is_kept is not None or bool(findings),
    )


def _stepped(here: Surroundings, by: timedelta) -> list[Finding]:
    severity = here.limit("clock-step", abs(by.total_seconds()))
    if severity is None:
        return []
    seconds = abs(round(by.total_seconds()))
    if by < timedelta(0):
        return [Finding("HEALTH-006", severity, said("{seconds}秒戻りました", seconds=seconds))]
    return [Finding("HEALTH-006", severity, said("{seconds}秒進みました", seconds=seconds))]
