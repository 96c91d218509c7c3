"""What a bulk answer means for one person: how urgent it is, and what differs from the insurance known so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from appliance.eligibility.codes import LimitCertificateChange, ProcessingResultStatus, QualificationValidity
from appliance.eligibility.comparing import Likeness, compare_names, same_number
from appliance.eligibility.message import Qualification
from appliance.eligibility.message_bulk import BulkConfirmUnit
from appliance.eligibility.message_xml import unit_results
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.wording import spoken_code, spoken_date, spoken_ratio


class Urgency(IntEnum):
    """In the order in which a morning wants to see them: who needs a word first."""

    INVALID = 1
    NEWER_EXISTS = 2
    NONE = 3
    SEVERAL = 4
    FAILED = 5
    CHANGED = 6
    UNREGISTERED = 7
    VALID = 8
    REGISTERED = 9


URGENCY_LABELS = {
    Urgency.INVALID: "無効",
    Urgency.NEWER_EXISTS: "無効（新しい資格あり）",
    Urgency.NONE: "該当なし",
    Urgency.SEVERAL: "複数該当",
    Urgency.FAILED: "確認できず",
    Urgency.CHANGED: "変更あり",
    Urgency.UNREGISTERED: "有効（未登録）",
    Urgency.VALID: "有効",
    Urgency.REGISTERED: "登録済み",
}
_BY_VALIDITY = {
    QualificationValidity.INVALID: Urgency.INVALID,
    QualificationValidity.INVALID_NEWER_EXISTS: Urgency.NEWER_EXISTS,
    QualificationValidity.NONE: Urgency.NONE,
    QualificationValidity.SEVERAL: Urgency.SEVERAL,
    QualificationValidity.VALID_UNREGISTERED: Urgency.UNREGISTERED,
    QualificationValidity.VALID: Urgency.VALID,
}

FACT_LABELS = {
    "insurer_number": "保険者番号",
    "insurer_name": "保険者",
    "symbol": "記号",
    "number": "番号",
    "branch": "枝番",
    "relation": "本人・家族",
    "ratio": "負担割合",
    "valid_until": "有効期限",
    "name": "氏名",
    "name_kana": "氏名カナ",
    "address": "住所",
    "ended_on": "資格喪失日",
    "reason_of_loss": "喪失の事由",
}
"""What is said of an insurance, in this order. Values are the interface's own texts."""

_COMPARED = tuple(FACT_LABELS)[: tuple(FACT_LABELS).index("ended_on")]
_NUMBERS = ("symbol", "number", "branch")
_NAMES = ("name", "name_kana", "address", "insurer_name")
_NO_ANSWER = "センターの結果にこの方が含まれていません。"


@dataclass(frozen=True)
class Difference:
    """One fact that is another than before, as reception reads it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """What came of one person. `facts` has one mapping an insurance; `message` is the center's own text."""

    urgency: Urgency
    validity: str = ""
    code: str = ""
    message: str = ""
    facts: tuple[Mapping[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    reference_number: str = ""


NOT_ANSWERED = Outcome(Urgency.FAILED, message=_NO_ANSWER)


def outcome_of(unit: BulkConfirmUnit, known: Mapping[str, str]) -> Outcome:
    """The outcome of a unit; `known` are the facts of the last known insurance, empty for none."""
    found = unit_results(unit)
    facts = tuple(facts_of(one) for one in found)
    changed = differences(known, same_insurance(known, facts))
    if any(one.limit_application_certificate_changed == LimitCertificateChange.CHANGED for one in found):
        changed += (Difference("限度額情報", "", "変更あり、または判定できない"),)
    urgency = _urgency(unit)
    return Outcome(
        Urgency.CHANGED if urgency is Urgency.VALID and changed else urgency,
        unit.qualification_validity or "",
        unit.processing_result_code or "",
        unit.processing_result_message or "",
        facts,
        changed,
        next((one.reference_number for one in found if one.reference_number), ""),
    )


def _urgency(unit: BulkConfirmUnit) -> Urgency:
    if unit.processing_result_status == ProcessingResultStatus.ERROR:
        return Urgency.FAILED
    try:
        return _BY_VALIDITY[QualificationValidity(unit.qualification_validity or "")]
    except ValueError:
        return Urgency.FAILED


def facts_of(one: Qualification) -> dict[str, str]:
    """What is said of one insurance; what is not said is not there. 医療扶助 has its 公費 numbers in place."""
    elderly = one.elderly_recipient_certificate_info
    ratio = elderly.elderly_recipient_contribution_ratio if elderly else None
    found = {
        "insurer_number": normal_insurer_number(one.insurer_number or one.public_expense_number or ""),
        "insurer_name": one.insurer_name or one.welfare_office_name,
        "symbol": one.insured_card_symbol,
        "number": one.insured_identification_number or one.beneficiary_number,
        "branch": one.insured_branch_number,
        "relation": one.personal_family_classification,
        "ratio": ratio or one.insured_partial_contribution_ratio,
        "valid_until": one.insured_card_expiration_date,
        "name": one.name,
        "name_kana": one.name_kana,
        "address": one.address,
        "ended_on": one.disqualification_date,
        "reason_of_loss": one.reason_of_loss,
    }
    return {name: value.strip() for name, value in found.items() if value and value.strip()}


def spoken_fact(name: str, value: str) -> str:
    """A fact as reception reads it."""
    if name in ("valid_until", "ended_on"):
        return spoken_date(value)
    if name == "ratio":
        return spoken_ratio(value)
    if name == "reason_of_loss":
        return spoken_code("OQSCD008", value)
    return spoken_code("OQSCD009", value) if name == "relation" else value


def same_insurance(known: Mapping[str, str], facts: tuple[Mapping[str, str], ...]) -> Mapping[str, str]:
    """Of several insurances the one of the known insurer, else the first; empty when there is none."""
    insurer = known.get("insurer_number")
    same = (one for one in facts if insurer and one.get("insurer_number") == insurer)
    return next(same, facts[0] if facts else {})


def differences(known: Mapping[str, str], now: Mapping[str, str]) -> tuple[Difference, ...]:
    """What is said in both and is not the same."""
    return tuple(
        Difference(FACT_LABELS[name], spoken_fact(name, known[name]), spoken_fact(name, now[name]))
        for name in _COMPARED
        if name in known and name in now and not _is_same(name, known[name], now[name])
    )


def _is_same(name: str, before: str, after: str) -> bool:
    if name in _NUMBERS:
        return same_number(before, after)
    if name in _NAMES:
        # ● stands for any character: a name that the center cannot write is no other name.
        return compare_names(before, after) is not Likeness.DIFFERENT
    return before == after
