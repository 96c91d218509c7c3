"""Every answer the virtual center has, as FHIR: a maintained model library takes it, and it can be read back whole."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from appliance.demo import center_answers
from appliance.demo.center_evidence import Holder
from appliance.demo.people import JAPAN, Person, people_on
from appliance.eligibility.center_reading import CardRequest
from appliance.eligibility.evidence import CertificateStatus, HolderVerification
from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.about import NOTHING, About
from appliance.eligibility.fhir.bundle import bundle
from appliance.eligibility.message import (
    Qualification,
    RequestBody,
    RequestHeader,
    RequestMessage,
    ResultBody,
    ResultHeader,
    ResultMessage,
    SearchInfo,
    SpecificDiseasesCertificate,
)
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS, Consents
from tests.eligibility.fhir.read_back import plain, read_back
from tests.eligibility.test_message_round_trip import any_text, blocks, patient

NOW = datetime(2026, 5, 20, 9, 30, tzinfo=JAPAN)
EVERYBODY = people_on(NOW.date())
CLINIC = "1399999996"
ABOUT = About(
    check_id="ab" * 16,
    delivery_id="cd" * 16,
    institution_code=CLINIC,
    received_at=NOW,
    answered_at=NOW,
)


def by_numbers(one: Qualification, who: Person) -> ResultMessage:
    info = SearchInfo(
        insurer_number=one.public_expense_number or one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.beneficiary_number or one.insured_identification_number,
        birthdate=f"{who.birthdate:%Y%m%d}",
        limit_application_certificate_related_cons_flg="1",
    )
    header = RequestHeader(medical_institution_code=CLINIC, arbitrary_file_identifier="SENDER-1")
    request = RequestMessage(
        message_header=header, message_body=RequestBody(qualification_confirm_search_info=info)
    )
    return center_answers.by_numbers(request, EVERYBODY, NOW)


def by_card(who: Person | None, status: CertificateStatus | None, consents: Consents) -> ResultMessage:
    request = CardRequest(
        day=NOW.date(),
        institution_code=CLINIC,
        identifier="AAAAAAAAAAAAAAA=",
        certificate_der=b"",
        challenge=b"",
        signature=b"",
        algorithm="",
        holder_verification=next(iter(HolderVerification)),
        consents=consents,
        consented_at="20260520092900",
    )
    return center_answers.by_card(request, Holder(who, status), NOW)


def scenarios() -> dict[str, ResultMessage]:
    """All that the virtual center answers, by a name for the test's report."""
    found = {f"{who.id} card": by_card(who, CertificateStatus.VALID, ALL_CONSENTS) for who in EVERYBODY}
    found |= {
        f"{who.id} numbers {place}": by_numbers(one, who)
        for who in EVERYBODY
        for place, one in enumerate(who.qualifications)
    }
    found |= {f"{one} card": by_card(EVERYBODY[0], one, NO_CONSENTS) for one in CertificateStatus}
    return {
        **found,
        "card over": by_card(EVERYBODY[0], None, NO_CONSENTS),
        "nobody": by_card(None, CertificateStatus.VALID, NO_CONSENTS),
        "refused": center_answers.refusal(CLINIC, None, "この照会はできません。", NOW),
        "processing": center_answers.still_processing(CLINIC, "A", NOW),
        "nothing": ResultMessage(),
    }


SCENARIOS = scenarios()


def checked(message: ResultMessage, about: About = NOTHING) -> dict[str, Any]:
    """The Bundle, after the library has taken it and given it back unchanged."""
    made = bundle(message, about)
    given_back = json.loads(Bundle.model_validate(made).model_dump_json(exclude_none=True))
    assert given_back == json.loads(json.dumps(made))
    return made


def resources(made: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in made["entry"] if one["resource"]["resourceType"] == kind]


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["reference"]} if isinstance(node.get("reference"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_answer_of_the_center_is_fhir_and_comes_back(name: str) -> None:
    message = SCENARIOS[name]
    assert read_back(checked(message, replace(ABOUT, institution_code=None))) == plain(message)


def test_the_scenarios_are_not_few() -> None:
    with_results = [one for one in SCENARIOS.values() if one.message_body.result_list]
    assert len(with_results) > 60
    assert {one.message_body.qualification_validity for one in SCENARIOS.values()} >= set("123456")


@patient
@given(blocks(ResultMessage, any_text))
def test_whatever_a_message_says_is_fhir_and_comes_back(message: ResultMessage) -> None:
    assert read_back(checked(message)) == plain(message)


likely_text = st.sampled_from(
    [
        *("1", "01", "A03", "Z9", "", " ", "　", " 1", "000", "030", "0010000", "20000"),
        *("19790305", "20260230", "19000101", "20260401090112", "1234567890"),
        *("  139998", "06139992", "12139994", "1399999996"),
    ]
)


@patient
@given(blocks(ResultMessage, likely_text))
def test_so_does_what_looks_like_a_value(message: ResultMessage) -> None:
    assert read_back(checked(message)) == plain(message)


@patient
@given(blocks(ResultMessage, likely_text))
def test_every_reference_leads_to_a_resource_and_ids_stay(message: ResultMessage) -> None:
    made = bundle(message, ABOUT)
    urls = [one["fullUrl"] for one in made["entry"]]
    assert len(urls) == len(set(urls))
    assert references(made) <= {*urls, "#asked", "#person"}
    assert made == bundle(message, ABOUT)
    others = {one["fullUrl"] for one in bundle(message, replace(ABOUT, check_id="ef" * 16))["entry"]}
    assert others.isdisjoint(urls)


def test_the_bundle_says_whose_it_is() -> None:
    made = bundle(SCENARIOS["p01 card"], ABOUT)
    assert made["type"] == "collection"
    assert made["identifier"] == {"system": systems.DELIVERY, "value": "cd" * 16}
    assert made["timestamp"] == "2026-05-20T09:30:00+09:00"
    (answer,) = resources(made, "CoverageEligibilityResponse")
    (question,) = resources(made, "CoverageEligibilityRequest")
    check = {"system": systems.CHECK, "value": "ab" * 16}
    assert check in answer["identifier"]
    assert check in question["identifier"]
    assert question["created"] == made["timestamp"]


def test_one_person_with_two_insurances_is_one_patient() -> None:
    both = next(
        who for who in EVERYBODY if {bool(one.insurer_number) for one in who.qualifications} == {True, False}
    )
    message = SCENARIOS[f"{both.id} card"]
    made = bundle(message, ABOUT)
    (patient_,) = [one for one in made["entry"] if one["resource"]["resourceType"] == "Patient"]
    coverages = resources(made, "Coverage")
    assert len(coverages) == 2
    assert all(one["beneficiary"] == {"reference": patient_["fullUrl"]} for one in coverages)
    (answer,) = resources(made, "CoverageEligibilityResponse")
    assert answer["patient"] == {"reference": patient_["fullUrl"]}
    assert {one["type"]["coding"][0]["code"] for one in coverages} == {"1", "8"}


def test_two_people_are_never_one_patient() -> None:
    both = tuple(Qualification(name=name, insurer_number="06139992") for name in ("見本　一", "見本　二"))
    made = bundle(ResultMessage(message_body=ResultBody(qualification_validity="5", result_list=both)))
    assert len(resources(made, "Patient")) == 2
    assert len([one for one in resources(made, "Organization") if "name" not in one]) == 1
    (answer,) = resources(made, "CoverageEligibilityResponse")
    assert answer["patient"] == {"type": "Patient", "display": "照会した方"}


@pytest.mark.parametrize(
    ("validity", "in_force", "status"),
    [
        ("1", True, "active"),
        ("2", False, "cancelled"),
        ("3", False, "cancelled"),
        ("5", None, "draft"),
        ("6", True, "active"),
        ("7", None, "draft"),
        (None, None, "draft"),
    ],
)
def test_in_force_only_where_the_center_says_so(
    validity: str | None, in_force: bool | None, status: str
) -> None:
    body = ResultBody(qualification_validity=validity, result_list=(Qualification(name="見本"),))
    made = bundle(ResultMessage(message_body=body))
    (answer,) = resources(made, "CoverageEligibilityResponse")
    assert answer["insurance"][0].get("inforce") == in_force
    assert [one["status"] for one in resources(made, "Coverage")] == [status]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("06139992", "1"),
        ("01139997", "1"),
        ("139998", "2"),
        ("  139998", "2"),
        ("00139998", "2"),
        ("67139999", "2"),
        ("39139999", "7"),
        ("1399", None),
        ("abcdefgh", None),
        (None, None),
    ],
)
def test_the_kind_of_insurance_is_read_from_the_number(number: str | None, kind: str | None) -> None:
    made = bundle(ResultMessage(message_body=ResultBody(result_list=(Qualification(insurer_number=number),))))
    (found,) = resources(made, "Coverage")
    assert found.get("type", {"coding": [{"code": None}]})["coding"][0]["code"] == kind


def test_a_padded_amount_is_told_as_a_number_and_as_it_came() -> None:
    card = SpecificDiseasesCertificate(specific_diseases_self_pay="0010000")
    one = Qualification(specific_diseases_certificate_list=(card,))
    made = checked(ResultMessage(message_body=ResultBody(result_list=(one,))))
    (answer,) = resources(made, "CoverageEligibilityResponse")
    (item,) = answer["insurance"][0]["item"]
    assert item["benefit"][0]["allowedMoney"] == {"value": 10000, "currency": "JPY"}
    assert [extension["valueString"] for extension in item["extension"]] == ["0010000"]


def test_days_in_the_wrong_order_make_no_period() -> None:
    one = Qualification(qualification_date="20260401", disqualification_date="20260331")
    made = checked(ResultMessage(message_body=ResultBody(result_list=(one,))))
    (answer,) = resources(made, "CoverageEligibilityResponse")
    assert "benefitPeriod" not in answer["insurance"][0]


def test_an_error_is_an_outcome_and_a_remark_is_none() -> None:
    (refused,) = resources(bundle(SCENARIOS["refused"], ABOUT), "OperationOutcome")
    assert refused["issue"][0]["severity"] == "error"
    (answer,) = resources(bundle(SCENARIOS["refused"], ABOUT), "CoverageEligibilityResponse")
    assert answer["outcome"] == "error"
    assert answer["error"][0]["code"]["text"] == "この照会はできません。"
    remarked = bundle(SCENARIOS[f"{CertificateStatus.NEARLY_EXPIRED} card"], ABOUT)
    (remark,) = resources(remarked, "OperationOutcome")
    assert remark["issue"][0]["severity"] == "information"
    (answer,) = resources(remarked, "CoverageEligibilityResponse")
    assert answer["outcome"] == "complete"
    assert answer["disposition"] == remark["issue"][0]["details"]["text"]
    assert "error" not in answer
    (answer,) = resources(bundle(SCENARIOS["processing"], ABOUT), "CoverageEligibilityResponse")
    assert answer["outcome"] == "queued"


def test_the_trouble_of_the_box_is_an_outcome_with_its_advice() -> None:
    made = checked(SCENARIOS["refused"], replace(ABOUT, trouble_code="CENTER-001"))
    (outcome,) = resources(made, "OperationOutcome")
    trouble = outcome["issue"][-1]
    assert trouble["details"]["coding"][0]["code"] == "CENTER-001"
    assert trouble["diagnostics"]


def test_a_clinic_the_message_does_not_name_is_the_boxs_own() -> None:
    made = bundle(ResultMessage(message_header=ResultHeader()), ABOUT)
    (clinic,) = resources(made, "Organization")
    assert clinic["identifier"][0]["value"] == CLINIC
    parts = {one["url"]: one.get("valueCoding", one.get("valueIdentifier")) for one in clinic["extension"]}
    assert parts[systems.PREFECTURE_OF]["code"] == "13"
    assert parts[systems.FEE_TABLE_OF]["code"] == "9"
    assert parts[systems.INSTITUTION_NO_OF]["value"] == "9999996"


def test_moments_keep_their_milliseconds_and_their_zone() -> None:
    about = replace(ABOUT, answered_at=datetime(2026, 5, 20, 0, 30, 0, 123000, tzinfo=UTC))
    assert bundle(ResultMessage(), about)["timestamp"] == "2026-05-20T09:30:00.123+09:00"
