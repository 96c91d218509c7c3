"""Organization: the clinic that asks, and those who pay."""

from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.taken import Json, Taken, concept, filled
from appliance.eligibility.message import Qualification
from appliance.eligibility.structures import NumberKind, parts_of

INSURER_FIELDS = ("insurer_number", "insurer_name")
PUBLIC_FIELDS = ("public_expense_number", "welfare_office_name")

_SYSTEMS = {INSURER_FIELDS: systems.INSURER_NUMBER, PUBLIC_FIELDS: systems.PUBLIC_PAYER_NUMBER}

_TYPES = {INSURER_FIELDS: {"pay": "Payer"}, PUBLIC_FIELDS: {"pay": "Payer", "govt": "Government"}}


def clinic(code: str) -> Json:
    """The clinic by its 医療機関コード; one of 10 digits also in the three parts JP Core knows."""
    digits = {part.label: part.digits for part in parts_of(NumberKind.INSTITUTION, code)}
    found: Json = {"resourceType": "Organization"}
    if digits and code == code.strip():
        found["extension"] = [
            {
                "url": systems.PREFECTURE_OF,
                "valueCoding": {"system": systems.PREFECTURE, "code": digits["都道府県"]},
            },
            {
                "url": systems.FEE_TABLE_OF,
                "valueCoding": {"system": systems.FEE_TABLE, "code": digits["点数表"]},
            },
            {
                "url": systems.INSTITUTION_NO_OF,
                "valueIdentifier": {"system": systems.INSTITUTION_7, "value": code[3:]},
            },
        ]
    return {
        **found,
        "identifier": [{"system": systems.INSTITUTION, "value": code}],
        "type": [concept(systems.ORGANIZATION_TYPE, "prov", "Healthcare Provider")],
    }


def payor(qualification: Qualification, fields: tuple[str, str]) -> Json:
    """Who pays by `INSURER_FIELDS` or `PUBLIC_FIELDS`; an empty object when neither number nor name says so."""
    number, name = fields
    taken = Taken(qualification, fields)
    value = taken.text(number)
    found = filled(
        identifier=[{"system": _SYSTEMS[fields], "value": value}] if value else None,
        type_=[concept(systems.ORGANIZATION_TYPE, code, words) for code, words in _TYPES[fields].items()],
        name=taken.text(name),
    )
    if not found.keys() & {"identifier", "name"}:
        return {}
    return {"resourceType": "Organization", **filled(extension=taken.rest()), **found}
