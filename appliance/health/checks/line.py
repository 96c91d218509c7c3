"""How does the line to the center stand, by what is known best of its layers?"""

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import line_checks
from appliance.ledger.line import PHASE_LABELS, Phase

_BAD = {Phase.STOPPED: Severity.STOP, Phase.HELD: Severity.WAIT, Phase.SLOW: Severity.WAIT}
_UNEXPLAINED = "LINE-001"


def look(here: Surroundings) -> Outcome:
    """A finding while the line is slow, stopped, or treated as down by a person."""
    state = line_checks.best_known(here.ledger)
    if state is None or state.phase is Phase.UNKNOWN:
        return Outcome.unknown("まだ確かめていません")
    says = PHASE_LABELS[state.phase]
    if state.phase not in _BAD:
        return Outcome(says)
    by = said("{actor}さんが停止扱いにしました", actor=state.actor) if state.actor else says
    code = state.code or _UNEXPLAINED
    return Outcome(says, (Finding(code, _BAD[state.phase], by, suggestions=(Suggestion.LOOK_AT_LINE,)),))
