"""What an answer says otherwise than the last valid one about the same patient. It is shown and never taken over by itself."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.bulk_outcome import Difference, differences, facts_of, same_insurance
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.message import Qualification, ResultMessage
from appliance.eligibility.wording import spoken_code
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
            return _compared(before, result, when_of(one.received_at, now))
    return None


def _compared(before: ResultMessage, after: ResultMessage, when: str) -> Changes:
    old = before.message_body.result_list[0]
    known = facts_of(old)
    facts = tuple(facts_of(one) for one in after.message_body.result_list)
    now = same_insurance(known, facts)
    new = after.message_body.result_list[facts.index(dict(now))] if now else None
    is_other = bool(now) and known.get("insurer_number") != now.get("insurer_number")
    return Changes(when, is_other, (*differences(known, now), *(_class_changed(old, new) if new else ())))


def _class_changed(old: Qualification, new: Qualification) -> tuple[Difference, ...]:
    """The income class decides what is paid in a dear month; it is compared where both say one."""
    before, after = (
        info.limit_application_certificate_classification_flag if info else None
        for info in (
            old.limit_application_certificate_related_info,
            new.limit_application_certificate_related_info,
        )
    )
    if not before or not after or before == after:
        return ()
    return (Difference("限度額の適用区分", spoken_code("OQSCD012", before), spoken_code("OQSCD012", after)),)
