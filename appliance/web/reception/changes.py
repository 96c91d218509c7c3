"""What an answer says otherwise than the last valid one about the same patient. It is shown and never taken over by itself."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.answer_changes import changed
from appliance.eligibility.bulk_outcome import Difference
from appliance.eligibility.codes import QualificationValidity
from appliance.ledger import checks, history
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.web.reception.last_known import when_of
from appliance.web.reception.message_of import result_of

LOOKED_BACK = 8
"""Earlier checks among which the last valid one is looked for."""


@dataclass(frozen=True)
class Changes:
    """`when` the last valid answer was, and what is different now; nothing when it is the same."""

    when: str
    is_other_insurer: bool
    differences: tuple[Difference, ...]


def changes_of(ledger: Ledger, check: Check, now: datetime) -> Changes | None:
    """What is different; None for an answer that is not valid and for a patient of whom nothing valid was known."""
    result = result_of(check)
    if result is None or check.qualification_validity != QualificationValidity.VALID:
        return None
    for one in history.before(ledger, check, LOOKED_BACK):
        if one.qualification_validity != QualificationValidity.VALID:
            continue
        earlier = checks.find(ledger, one.id)
        before = result_of(earlier) if earlier else None
        if before is not None and before.message_body.result_list:
            found = changed(before.message_body, result.message_body)
            return Changes(when_of(one.received_at, now), found.is_other_insurer, found.differences)
    return None
