"""Is the ledger as it was, and is there a young copy of it that the box could go on from?"""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger.own_copy import notes, places
from appliance.ledger.times import JAPAN

COPIED_BY = "usr/lib/systemd/system/madoguchi-copy.timer"
"""A box has it; elsewhere nobody makes copies."""
_NONE = "控えはまだありません"


def look(here: Surroundings) -> Outcome:
    """A finding for what was brought back and nobody has seen to, one for a copy that is old."""
    last = next(iter(places.copies(here.box)), None)
    says = said("控えは {at}", at=f"{last.made_at.astimezone(JAPAN):%m/%d %H:%M}") if last else _NONE
    findings = (*_mended(here), *_old(here))
    if last is None and not findings:
        return Outcome.unknown(says)
    return Outcome(says, findings)


def _mended(here: Surroundings) -> tuple[Finding, ...]:
    found = notes.unseen(here.ledger)
    if not found:
        return ()
    says = said(
        "{start} から {end} までの記録が、残っていないことがあります",
        start=f"{min(one.shows for one in found).astimezone(JAPAN):%m/%d %H:%M}",
        end=f"{max(one.until for one in found).astimezone(JAPAN):%m/%d %H:%M}",
    )
    return (Finding(notes.CODE, Severity.STOP, says, suggestions=(Suggestion.OPEN_TASKS,)),)


def _old(here: Surroundings) -> tuple[Finding, ...]:
    last = next(iter(places.copies(here.box)), None)
    if last is None:
        uptime = here.machine.uptime
        is_late = uptime is not None and uptime > timedelta(days=1)
        is_copied = (here.machine.root / COPIED_BY).exists()
        return (Finding("HEALTH-020", Severity.WAIT, _NONE),) if is_copied and is_late else ()
    severity = here.limit("ledger-copy-age", here.age(last.made_at) / timedelta(days=1))
    says = said("最後は {at}", at=f"{last.made_at.astimezone(JAPAN):%Y/%m/%d}")
    return (Finding("HEALTH-020", severity, says),) if severity else ()
