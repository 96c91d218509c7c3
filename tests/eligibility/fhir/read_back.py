"""The way back: from a Bundle to the message it was made of. That it can be gone shows that nothing is lost on the way there.

Written from `contract/fhir.md` alone, as a vendor would: it imports nothing of the mapping but its names.
"""

from dataclasses import fields, replace
from typing import Any

from appliance.eligibility.fhir import systems
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import (
    Block,
    MedicalTicket,
    Qualification,
    ResultBody,
    ResultHeader,
    ResultMessage,
    SearchInfo,
)
from tests.eligibility.fhir.blocks import BLOCKS

Json = dict[str, Any]
Values = dict[str, Any]

_GENDERS = {"male": "1", "female": "2", "unknown": "3"}


def read_back(bundle: Json) -> ResultMessage:
    """The message, without the places of unknown elements; those of header and message stand in the body."""
    known = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    (answer,) = _of_kind(known, "CoverageEligibilityResponse")
    question = known[answer["request"]["reference"]]
    header = _extensions(ResultHeader, answer)
    if "created" in answer:
        header["process_execution_time"] = _digits(answer["created"])
    if "servicedDate" in answer:
        header["qualification_confirmation_date"] = _digits(answer["servicedDate"])
    if "requestor" in answer:
        header["medical_institution_code"] = _identifier(
            known[answer["requestor"]["reference"]], systems.INSTITUTION
        )
    header |= _some(arbitrary_file_identifier=_identifier(question, systems.FILE_IDENTIFIER))
    header |= _issue(known, systems.ERROR_CODE, "error_code", "error_message")
    body = _extensions(ResultBody, answer)
    body |= _issue(known, systems.RESULT_CODE, "processing_result_code", "processing_result_message")
    body["qualification_confirm_search_info"] = _echo(question)
    body["result_list"] = tuple(_qualification(one, known) for one in answer.get("insurance", ()))
    header.pop("unknown", None)
    return ResultMessage(message_header=ResultHeader(**header), message_body=ResultBody(**body))


def plain(message: ResultMessage) -> ResultMessage:
    """`message` without what a Bundle does not tell: where unknown elements stood, lists without any item."""
    body, header = _plain(message.message_body), _plain(message.message_header)
    gathered = (*message.unknown, *header.unknown, *body.unknown)
    body = replace(body, unknown=gathered, places=(), extras=())
    return ResultMessage(message_header=replace(header, unknown=()), message_body=body)


def _plain(block: Any) -> Any:
    changes = {}
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is Kind.BLOCK and value is not None:
            changes[slot.name] = _plain(value)
        elif slot.kind in (Kind.LIST, Kind.REPEAT):
            changes[slot.name] = tuple(_plain(one) for one in value)
    return replace(block, places=(), extras=(), **changes)


def _of_kind(known: dict[str, Json], kind: str) -> list[Json]:
    return [one for one in known.values() if one["resourceType"] == kind]


def _some(**values: Any) -> Values:
    return {name: value for name, value in values.items() if value is not None}


def _digits(spelt: str) -> str:
    return "".join(one for one in spelt.removesuffix("+09:00") if one.isdigit())


def _extensions(kind: type[Block], *elements: Json) -> Values:
    """What extensions of ours say of the fields of `kind`."""
    names = {slot.element: slot.name for slot in layout(kind)}
    found: Values = {}
    for extension in (one for element in elements for one in element.get("extension", ())):
        word = extension["url"].removeprefix(f"{systems.OUR_EXTENSION}/")
        if word == systems.UNKNOWN:
            found["unknown"] = (*found.get("unknown", ()), extension["valueString"])
        elif word == systems.BLANK:
            element, _, quoted = extension["valueString"].partition("=")
            if element in names:
                found[names[element]] = quoted[1:-1]
        elif word in names:
            found[names[word]] = _value(extension)
    return found


def _value(extension: Json) -> str:
    ((kind, value),) = [(kind, value) for kind, value in extension.items() if kind != "url"]
    match kind:
        case "valueCoding":
            return str(value["code"])
        case "valueDate" | "valueDateTime":
            return _digits(value)
    return str(value)


def _identifier(resource: Json, system: str) -> str | None:
    return next((one["value"] for one in resource.get("identifier", ()) if one["system"] == system), None)


def _issue(known: dict[str, Json], system: str, code: str, text: str) -> Values:
    for outcome in _of_kind(known, "OperationOutcome"):
        for issue in outcome["issue"]:
            if issue["details"]["coding"][0]["system"] == system:
                details = issue["details"]
                return _some(**{code: details["coding"][0].get("code"), text: details.get("text")})
    return {}


def _numbers(coverage: Json) -> Values:
    said = {one["url"]: one.get("valueString") for one in coverage.get("extension", ())}
    assert said.get(systems.INSURED_BRANCH) == coverage.get("dependent")
    return _some(
        insured_card_symbol=said.get(systems.INSURED_SYMBOL),
        insured_identification_number=said.get(systems.INSURED_NUMBER),
        insured_branch_number=said.get(systems.INSURED_BRANCH),
    )


def _echo(question: Json) -> SearchInfo | None:
    if "insurance" not in question:
        return None
    values = _extensions(SearchInfo, question)
    values |= _some(arbitrary_identifier=_identifier(question, systems.PERSON_IDENTIFIER))
    for one in question["contained"]:
        if one["resourceType"] == "Patient":
            values["birthdate"] = _digits(one["birthDate"])
        else:
            values |= _numbers(one)
            values |= _some(insurer_number=one["payor"][0].get("identifier", {}).get("value"))
    return SearchInfo(**values)


def _qualification(insurance: Json, known: dict[str, Json]) -> Qualification:
    coverage = known[insurance["coverage"]["reference"]]
    person = known.get(coverage["beneficiary"].get("reference", ""), {})
    payors = [known[one["reference"]] for one in coverage["payor"] if "reference" in one]
    values = _extensions(Qualification, insurance, coverage, person, *payors)
    values |= _numbers(coverage) | _person(person) | _covered(coverage)
    values |= _period(insurance.get("benefitPeriod", {}), "qualification_date", "disqualification_date")
    for payor in payors:
        values |= _payor(payor)
    for item in insurance.get("item", ()):
        kind = BLOCKS[item["category"]["coding"][0]["code"]]
        slot = next(one for one in layout(Qualification) if one.block is kind)
        block = _item(item, kind)
        values[slot.name] = block if slot.kind is Kind.BLOCK else (*values.get(slot.name, ()), block)
    assert set(values) <= {one.name for one in fields(Qualification)}
    return Qualification(**values)


def _period(period: Json, start: str, end: str) -> Values:
    return {
        name: _digits(period[member]) for name, member in ((start, "start"), (end, "end")) if member in period
    }


def _person(person: Json) -> Values:
    names = {(one["use"], one["extension"][0]["valueCode"]): one["text"] for one in person.get("name", ())}
    address = person.get("address", [{}])[0]
    found = _some(
        name=names.get(("official", "IDE")),
        name_kana=names.get(("official", "SYL")),
        name_of_other=names.get(("usual", "IDE")),
        name_of_other_kana=names.get(("usual", "SYL")),
        sex1=_GENDERS.get(person.get("gender", "")),
        address=address.get("text"),
        post_number=address.get("postalCode"),
        reference_number=_identifier(person, systems.REFERENCE_NUMBER),
    )
    return found | ({"birthdate": _digits(person["birthDate"])} if "birthDate" in person else {})


def _covered(coverage: Json) -> Values:
    classes = {one["type"]["coding"][0]["code"]: one["value"] for one in coverage.get("class", ())}
    share = coverage.get("costToBeneficiary", [None])[0]
    found = _some(
        insured_name=coverage.get("subscriber", {}).get("display"),
        beneficiary_number=coverage.get("subscriberId"),
        insured_card_classification=classes.get("InsuredCardClassification"),
        preschool_classification=classes.get("PreschoolClassification"),
        insured_partial_contribution_ratio=f"{share['valueQuantity']['value']:03}" if share else None,
    )
    if "relationship" in coverage:
        found["personal_family_classification"] = coverage["relationship"]["coding"][0]["code"]
    period = coverage.get("period", {})
    return found | _period(period, "insured_card_valid_date", "insured_card_expiration_date")


def _payor(payor: Json) -> Values:
    if (number := _identifier(payor, systems.PUBLIC_PAYER_NUMBER)) is not None:
        return _some(public_expense_number=number, welfare_office_name=payor.get("name"))
    if (number := _identifier(payor, systems.INSURER_NUMBER)) is not None:
        return _some(insurer_number=number, insurer_name=payor.get("name"))
    is_public = any(one["coding"][0]["code"] == "govt" for one in payor["type"])
    return {"welfare_office_name" if is_public else "insurer_name": payor["name"]}


def _item(item: Json, kind: type[Block]) -> Block:
    values = _extensions(kind, item)
    for benefit in item.get("benefit", ()):
        if "allowedUnsignedInt" in benefit:
            values["elderly_recipient_contribution_ratio"] = f"{benefit['allowedUnsignedInt']:03}"
        else:
            name = "self_pay_amount" if kind is MedicalTicket else "specific_diseases_self_pay"
            values.setdefault(name, str(benefit["allowedMoney"]["value"]))
    return kind(**values)
