"""CoverageEligibilityResponse.insurance: what the center says of one insurance, with a benefit for each certificate."""

from collections.abc import Iterator
from typing import Any

from appliance.eligibility.fhir import coverage, organizations, patient, systems
from appliance.eligibility.fhir.taken import Json, Taken, concept, filled, strange
from appliance.eligibility.labels import field_label
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import (
    Block,
    ElderlyRecipientCertificate,
    MedicalTicket,
    Qualification,
    SpecificDiseasesCertificate,
)

_ELSEWHERE = {
    *patient.FIELDS,
    *coverage.FIELDS,
    *organizations.INSURER_FIELDS,
    *organizations.PUBLIC_FIELDS,
}
FIELDS = tuple(
    slot.name for slot in layout(Qualification) if slot.kind is Kind.TEXT and slot.name not in _ELSEWHERE
)
"""All that stands nowhere else, so that a field that is new in the message has a place at once."""


def insurance(qualification: Qualification, validity: str | None, of: Json) -> Json:
    """What is said of the Coverage `of`: in force or not, since when, until when, and the certificates to it."""
    taken = Taken(qualification, FIELDS)
    period = taken.period("qualification_date", "disqualification_date")
    items = [item for slot in layout(Qualification) for item in _items(qualification, slot)]
    found = filled(coverage=of, inforce=_in_force(validity), benefitPeriod=period, item=items)
    return {**filled(extension=[*taken.rest(), *strange(qualification)]), **found}


def _in_force(validity: str | None) -> bool | None:
    if validity in coverage.VALID:
        return True
    return False if validity in coverage.INVALID else None


def _items(qualification: Qualification, slot: Slot) -> Iterator[Json]:
    value: Any = getattr(qualification, slot.name)
    if slot.kind is Kind.TEXT or value is None:
        return
    category = concept(systems.ELEMENT, slot.item or slot.element, field_label(Qualification, slot.name))
    for block in (value,) if slot.kind is Kind.BLOCK else value:
        yield _item(category, block)


def _item(category: Json, block: Block) -> Json:
    taken = Taken(block)
    own = filled(benefit=[one for one in _benefits(taken, block) if one])
    return {**filled(extension=[*taken.rest(), *strange(block)]), "category": category, **own}


def _benefits(taken: Taken, block: Block) -> Iterator[Json | None]:
    if isinstance(block, ElderlyRecipientCertificate):
        yield _benefit(
            "copay-percent", allowedUnsignedInt=taken.percent("elderly_recipient_contribution_ratio")
        )
    elif isinstance(block, SpecificDiseasesCertificate):
        yield _benefit("copay-maximum", allowedMoney=taken.money("specific_diseases_self_pay"))
    elif isinstance(block, MedicalTicket):
        yield _benefit("copay-maximum", allowedMoney=taken.money("self_pay_amount"))


def _benefit(kind: str, **allowed: Any) -> Json | None:
    value = filled(**allowed)
    return {"type": concept(systems.BENEFIT_TYPE, kind), **value} if value else None
