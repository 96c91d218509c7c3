"""What the virtual center says about each of the fictitious people, by card and by numbers."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from appliance.demo import card_ca, center_answers, paths
from appliance.demo.center import card_anchors
from appliance.demo.center_evidence import EvidenceRefusedError, identify
from appliance.demo.people import Person, people, person
from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.center_reading import CardRequest
from appliance.eligibility.evidence import CardEvidence, CertificateStatus
from appliance.eligibility.message import (
    Qualification,
    RequestBody,
    RequestHeader,
    RequestMessage,
    ResultMessage,
    SearchInfo,
)
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS, Consents
from appliance.ledger.times import JAPAN, utc_now
from tests.demo.card_evidence import INSTITUTION, evidence_of

EVERYBODY = people()
MEDICAL = ("specific_health_checkups_info", "pharmacists_info", "diagnosis_info", "operation_info")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def anchors(state: Path) -> tuple[x509.Certificate, ...]:
    return card_anchors(state)


def card_request(evidence: CardEvidence, consents: Consents = ALL_CONSENTS) -> CardRequest:
    now = utc_now().astimezone(JAPAN)
    return center_reading.read_card_request(
        center_reading.card_request(
            evidence, consents, now, check_id="ab" * 16, institution_code=INSTITUTION, day=now.date()
        )
    )


def by_card(
    state: Path,
    anchors: tuple[x509.Certificate, ...],
    person_id: str,
    consents: Consents = ALL_CONSENTS,
    days_left: float = 1000,
) -> ResultMessage:
    request = card_request(evidence_of(state, person_id, days_left=days_left), consents)
    message = center_answers.by_card(request, identify(request, anchors, utc_now()), utc_now())
    return message_xml.read_result(message_xml.write(message))


def search(one: Qualification, who: Person) -> SearchInfo:
    return SearchInfo(
        insurer_number=one.public_expense_number or one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.beneficiary_number or one.insured_identification_number,
        insured_branch_number=one.insured_branch_number,
        birthdate=f"{who.birthdate:%Y%m%d}",
        limit_application_certificate_related_cons_flg="1",
    )


def by_numbers(info: SearchInfo, everybody: tuple[Person, ...] = EVERYBODY) -> ResultMessage:
    request = RequestMessage(
        message_header=RequestHeader(
            medical_institution_code=INSTITUTION, arbitrary_file_identifier="SENDER-1"
        ),
        message_body=RequestBody(qualification_confirm_search_info=info),
    )
    return message_xml.read_result(
        message_xml.write(center_answers.by_numbers(request, everybody, utc_now()))
    )


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.id)
def test_a_card_gives_what_the_person_is_there_for(
    state: Path, anchors: tuple[x509.Certificate, ...], who: Person
) -> None:
    message = by_card(state, anchors, who.id)
    body = message.message_body
    assert body.qualification_validity == who.qualification_validity
    assert [one.insurer_name for one in body.result_list] == [one.insurer_name for one in who.qualifications]
    assert body.qualification_confirm_search_info is None
    assert message.message_header.reference_classification == "1"
    for one in body.result_list:
        assert [getattr(one, f"{name}_cons_flg") for name in MEDICAL] == ["1"] * 4


@pytest.mark.parametrize(
    ("who", "one"),
    [(who, one) for who in EVERYBODY for one in who.qualifications],
    ids=lambda value: value.id if isinstance(value, Person) else "",
)
def test_numbers_find_the_person(who: Person, one: Qualification) -> None:
    message = by_numbers(search(one, who))
    body = message.message_body
    assert body.qualification_validity == who.qualification_validity
    assert {found.name for found in body.result_list} == {who.name}
    assert body.qualification_confirm_search_info == search(one, who)
    assert message.message_header.arbitrary_file_identifier == "SENDER-1"
    assert message.message_header.reference_classification == "2"
    assert all(getattr(found, f"{name}_cons_flg") is None for found in body.result_list for name in MEDICAL)


def test_the_shape_of_the_numbers_does_not_matter() -> None:
    who = person("p01")
    exact = search(who.qualifications[0], who)
    for changed in (
        {"insured_card_symbol": "架空12"},
        {"insured_card_symbol": "架空 １２"},
        {"insured_identification_number": "３４５６"},
        {"insured_branch_number": None},
        {"insured_branch_number": ""},
        {"insured_branch_number": "0"},
    ):
        assert by_numbers(replace(exact, **changed)).message_body.qualification_validity == "1", changed


def test_a_short_insurer_number_may_be_padded_either_way() -> None:
    who = person("p18")
    exact = search(who.qualifications[0], who)
    bare = (exact.insurer_number or "").strip()
    assert len(bare) == 6
    for padded in (bare, f"  {bare}", f"00{bare}"):
        found = by_numbers(replace(exact, insurer_number=padded)).message_body
        assert found.qualification_validity == "1", padded


@pytest.mark.parametrize(
    "changed",
    [
        {"birthdate": "19800218"},
        {"insurer_number": "06139991"},
        {"insured_identification_number": "3457"},
        {"insured_branch_number": "07"},
        {"insured_card_symbol": None},
    ],
)
def test_one_wrong_number_finds_nobody(changed: dict[str, Any]) -> None:
    who = person("p01")
    body = by_numbers(replace(search(who.qualifications[0], who), **changed)).message_body
    assert (body.qualification_validity, body.result_list) == ("4", ())


def test_two_people_behind_the_same_numbers_are_several() -> None:
    who = person("p01")
    twin = replace(who, id="twin", name="見本　双子")
    body = by_numbers(search(who.qualifications[0], who), (*EVERYBODY, twin)).message_body
    assert (body.qualification_validity, len(body.result_list)) == ("5", 2)


def test_consents_decide_what_may_be_seen_and_until_when(
    state: Path, anchors: tuple[x509.Certificate, ...]
) -> None:
    one = by_card(state, anchors, "p01", replace(NO_CONSENTS, diagnosis_info=True)).message_body.result_list[
        0
    ]
    assert (one.pharmacists_info_cons_flg, one.pharmacists_info_cons_time) == ("0", None)
    assert one.diagnosis_info_cons_flg == "1"
    given = datetime.strptime(one.diagnosis_info_cons_time or "", "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)
    until = datetime.strptime(one.diagnosis_info_available_time or "", "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)
    assert until - given == timedelta(hours=24)
    # By law, without being asked.
    assert one.limit_application_certificate_related_info is not None


def test_specific_diseases_come_with_consent_only(state: Path, anchors: tuple[x509.Certificate, ...]) -> None:
    who = person("p22")
    with_consent = by_card(state, anchors, "p22").message_body.result_list[0]
    without = by_card(state, anchors, "p22", NO_CONSENTS).message_body.result_list[0]
    numbers = by_numbers(search(who.qualifications[0], who)).message_body.result_list[0]
    assert with_consent.specific_diseases_certificate_related_cons_flg == "1"
    assert len(with_consent.specific_diseases_certificate_list) > 0
    assert without.specific_diseases_certificate_related_cons_flg == "0"
    assert without.specific_diseases_certificate_list == numbers.specific_diseases_certificate_list == ()


def test_ceilings_by_numbers_are_asked_for() -> None:
    who = person("p01")
    info = replace(search(who.qualifications[0], who), limit_application_certificate_related_cons_flg="0")
    one = by_numbers(info).message_body.result_list[0]
    assert one.limit_application_certificate_related_cons_flg == "0"
    assert one.limit_application_certificate_related_info is None


def test_a_certificate_in_its_months_of_grace_shows_no_medical_information(
    state: Path, anchors: tuple[x509.Certificate, ...]
) -> None:
    body = by_card(state, anchors, "p28", days_left=-30).message_body
    assert (body.qualification_validity, body.processing_result_status) == ("1", "1")
    assert body.processing_result_message
    assert {getattr(one, f"{name}_cons_flg") for one in body.result_list for name in MEDICAL} == {"0"}


def test_a_certificate_near_its_end_is_remarked_upon(
    state: Path, anchors: tuple[x509.Certificate, ...]
) -> None:
    body = by_card(state, anchors, "p29", days_left=60).message_body
    assert body.processing_result_code
    assert body.result_list[0].pharmacists_info_cons_flg == "1"


def test_a_certificate_long_over_is_an_error_of_this_person(
    state: Path, anchors: tuple[x509.Certificate, ...]
) -> None:
    message = by_card(state, anchors, "p27", days_left=-130)
    assert message.message_header.segment_of_result == "1"
    body = message.message_body
    assert (body.processing_result_status, body.qualification_validity, body.result_list) == ("2", None, ())


def test_evidence_that_proves_nothing_is_refused(
    state: Path, anchors: tuple[x509.Certificate, ...], tmp_path: Path
) -> None:
    good = evidence_of(state, "p01")
    foreign = evidence_of(tmp_path, "p01")
    elsewhere = evidence_of(state, "p01", challenge=bytes(32) + b"131000000020260520120000")
    for bad in (
        replace(good, signature=good.signature[:-1] + bytes([good.signature[-1] ^ 1])),
        replace(good, challenge=good.challenge + b"x"),
        replace(good, certificate_der=good.certificate_der[:-1]),
        foreign,
        elsewhere,
    ):
        with pytest.raises(EvidenceRefusedError):
            identify(card_request(bad), anchors, utc_now())
    assert identify(card_request(good), anchors, utc_now()).status is CertificateStatus.VALID


def test_a_card_nobody_knows_has_no_qualification(state: Path, anchors: tuple[x509.Certificate, ...]) -> None:
    authority = card_ca.open_authority(
        paths.cards_folder(state), card_ca.Purpose.AUTHENTICATION, utc_now(), card_ca.CardKey.P_384
    )
    assert authority.certificate in anchors
    request = card_request(evidence_of(state, "p01"))
    holder = replace(identify(request, anchors, utc_now()), person=None)
    body = center_answers.by_card(request, holder, utc_now()).message_body
    assert (body.qualification_validity, body.result_list) == ("4", ())
