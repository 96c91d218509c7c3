"""Is there a young backup, and has somebody tried lately to get one back?"""

from datetime import datetime, timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import backups
from appliance.ledger.times import clinic_day

_NEVER = "まだ一度もありません"


def look(here: Surroundings) -> Outcome:
    """Up to two findings."""
    last, drill = backups.latest(here.ledger), backups.latest_drill(here.ledger)
    findings = (
        *_judged(here, "backup-age", last.at if last else None, "HEALTH-013", Suggestion.BACK_UP),
        *_judged(here, "drill-age", drill.at if drill else None, "HEALTH-014", Suggestion.DRILL),
    )
    return Outcome(_last(last.at if last else None), findings)


def _judged(
    here: Surroundings, limit: str, at: datetime | None, code: str, press: Suggestion
) -> list[Finding]:
    if at is None:
        return [Finding(code, Severity.WAIT, _NEVER, suggestions=(press,))]
    severity = here.limit(limit, here.age(at) / timedelta(days=1))
    return [Finding(code, severity, _last(at), suggestions=(press,))] if severity else []


def _last(at: datetime | None) -> str:
    return said("最後は {at}", at=f"{clinic_day(at):%Y/%m/%d}") if at else _NEVER
