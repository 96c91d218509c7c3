"""What one answer about a patient says otherwise than an earlier one."""

from dataclasses import dataclass

from appliance.eligibility.bulk_outcome import Difference, differences, facts_of, same_insurance
from appliance.eligibility.codes import label
from appliance.eligibility.message import Qualification, ResultBody
from appliance.eligibility.wording import spoken_code

_VALIDITY = "資格"


@dataclass(frozen=True)
class Changed:
    """The facts that differ where both answers say them; `is_other_insurer` when it is another insurance altogether."""

    is_other_insurer: bool
    differences: tuple[Difference, ...]


def changed(before: ResultBody, after: ResultBody) -> Changed:
    """What is other in `after`: of several insurances the one of the same insurer is compared."""
    if not before.result_list or not after.result_list:
        return Changed(False, ())
    old = before.result_list[0]
    known = facts_of(old)
    facts = tuple(facts_of(one) for one in after.result_list)
    now = same_insurance(known, facts)
    new = after.result_list[facts.index(dict(now))]
    is_other = bool(now) and known.get("insurer_number") != now.get("insurer_number")
    return Changed(is_other, (*differences(known, now), *_class_changed(old, new)))


def validity_changed(before: ResultBody, after: ResultBody) -> tuple[Difference, ...]:
    """Whether the insurance is valid where that is other than it was."""
    was, now = (one.qualification_validity or "" for one in (before, after))
    if was == now:
        return ()
    return (Difference(_VALIDITY, *(label("OQSCD006", one) if one else "照会エラー" for one in (was, now))),)


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
