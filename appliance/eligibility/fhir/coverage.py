"""Coverage: one insurance, or one 医療扶助, of one person."""

from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.organizations import INSURER_FIELDS, PUBLIC_FIELDS
from appliance.eligibility.fhir.taken import Json, Taken, absent, coding, concept, filled
from appliance.eligibility.layout import element_name
from appliance.eligibility.message import Qualification
from appliance.eligibility.structures import NumberKind, parts_of

FIELDS = (
    "insured_card_classification",
    "insured_card_symbol",
    "insured_identification_number",
    "insured_branch_number",
    "personal_family_classification",
    "insured_name",
    "insured_certificate_issuance_date",
    "insured_card_valid_date",
    "insured_card_expiration_date",
    "insured_partial_contribution_ratio",
    "preschool_classification",
    "beneficiary_number",
)

VALID = (QualificationValidity.VALID, QualificationValidity.VALID_UNREGISTERED)
INVALID = (QualificationValidity.INVALID, QualificationValidity.INVALID_NEWER_EXISTS)

_RELATIONSHIPS = {"1": "被保険者", "2": "被扶養者"}
_CLASSES = {"insured_card_classification": "OQSCD010", "preschool_classification": "OQSCD015"}
_ELDERLY_LAW, _RETIRED_LAW = "39", "67"
_EMPLOYEES, _NATIONAL, _ELDERLY, _PUBLIC = "1", "2", "7", "8"
_TYPE_WORDS = {_EMPLOYEES: "医保", _NATIONAL: "国保", _ELDERLY: "後期高齢者", _PUBLIC: "公費"}


def coverage(
    qualification: Qualification, validity: str | None, beneficiary: Json, payors: dict[tuple[str, str], Json]
) -> Json:
    """A Coverage of `beneficiary`, with a reference to each of the `payors` by the fields they were made of."""
    missing = [name for fields in (INSURER_FIELDS, PUBLIC_FIELDS) if fields not in payors for name in fields]
    taken = Taken(qualification, (*FIELDS, *missing))
    numbers, branch = _numbers(taken)
    share = taken.percent("insured_partial_contribution_ratio")
    insured = taken.text("insured_name")
    found = filled(
        status=_status(validity),
        type_=_type(qualification),
        subscriber={"display": insured} if insured else None,
        subscriberId=taken.text("beneficiary_number"),
        beneficiary=beneficiary,
        dependent=branch,
        relationship=_relationship(taken),
        period=taken.period("insured_card_valid_date", "insured_card_expiration_date"),
        payor=[*payors.values()] or [absent()],
        class_=[one for name, table in _CLASSES.items() if (one := _class(taken, name, table))],
        costToBeneficiary=[_cost(share)] if share is not None else None,
    )
    return {"resourceType": "Coverage", **filled(extension=[*numbers, *taken.rest()]), **found}


def asked_coverage(taken: Taken, beneficiary: Json) -> Json:
    """The Coverage that was asked about, contained in the question. Takes its numbers out of `taken`."""
    numbers, branch = _numbers(taken)
    insurer = taken.text("insurer_number")
    identified = {"type": "Organization", "identifier": {"system": systems.INSURER_NUMBER, "value": insurer}}
    return {
        "resourceType": "Coverage",
        "id": "asked",
        **filled(extension=numbers),
        "status": "draft",
        "beneficiary": beneficiary,
        **filled(dependent=branch),
        "payor": [identified if insurer else absent()],
    }


def _numbers(taken: Taken) -> tuple[list[Json], str | None]:
    """記号, 番号, 枝番 as JP Core's extensions; the last also by itself, for FHIR's own member."""
    branch = taken.text("insured_branch_number")
    values = {
        systems.INSURED_SYMBOL: taken.text("insured_card_symbol"),
        systems.INSURED_NUMBER: taken.text("insured_identification_number"),
        systems.INSURED_BRANCH: branch,
    }
    return [{"url": url, "valueString": value} for url, value in values.items() if value], branch


def _status(validity: str | None) -> str:
    if validity in VALID:
        return "active"
    return "cancelled" if validity in INVALID else "draft"


def _type(qualification: Qualification) -> Json | None:
    """保険種別 by the shape of the number; nothing where it has none."""
    if (qualification.public_expense_number or "").strip():
        return _type_of(_PUBLIC)
    digits = parts_of(NumberKind.INSURER, qualification.insurer_number or "")
    if not digits:
        return None
    law = digits[0].digits if digits[0].label == "法別番号" else ""
    if law == _ELDERLY_LAW:
        return _type_of(_ELDERLY)
    return _type_of(_NATIONAL if law in ("", "00", _RETIRED_LAW) else _EMPLOYEES)


def _type_of(code: str) -> Json:
    return concept(systems.COVERAGE_TYPE, code, _TYPE_WORDS[code])


def _relationship(taken: Taken) -> Json | None:
    code = taken.one_of("personal_family_classification", {one: one for one in _RELATIONSHIPS})
    return concept(systems.RELATIONSHIP, code, _RELATIONSHIPS[code]) if code else None


def _class(taken: Taken, name: str, table: str) -> Json | None:
    value = taken.text(name)
    if value is None:
        return None
    kind = concept(systems.ELEMENT, element_name(name))
    return filled(type_=kind, value=value, name=coding(table, value).get("display"))


def _cost(percent: int) -> Json:
    return {
        "type": concept(systems.COPAY_TYPE, "copaypct", "Copay Percentage"),
        "valueQuantity": {"value": percent, "unit": "%", "system": systems.UCUM, "code": "%"},
    }
