"""Our reading of the closed Web API: what goes out can be read back, and what answers mean."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.center_reading import Ask
from appliance.eligibility.evidence import (
    CardEvidence,
    CertificateStatus,
    HolderVerification,
    SignatureAlgorithm,
)
from appliance.eligibility.message import RequestMessage
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Consents

JAPAN = timezone(timedelta(hours=9))
NOW = datetime(2026, 5, 20, 12, 34, 56, tzinfo=JAPAN)
CHECK_ID = "0123456789abcdef0123456789abcdef"
CODE = "1319999999"


def evidence(certificate: bytes = b"certificate", challenge: bytes = b"challenge") -> CardEvidence:
    return CardEvidence(
        certificate_der=certificate,
        challenge=challenge,
        signature=b"signature",
        algorithm=SignatureAlgorithm.RSA_SHA256,
        holder_verification=HolderVerification.PIN,
        certificate_status=CertificateStatus.VALID,
        expires_on=date(2030, 1, 1),
    )


def request(of: CardEvidence | None = None, consents: Consents | None = None) -> bytes:
    return center_reading.card_request(
        of or evidence(),
        consents or Consents(True, False, True, False, True),
        NOW,
        check_id=CHECK_ID,
        institution_code=CODE,
        day=NOW.date(),
    )


@given(
    st.binary(min_size=1, max_size=300),
    st.binary(min_size=1),
    st.builds(Consents, *[st.booleans()] * 5),
)
def test_a_question_by_card_can_be_read_back(
    certificate: bytes, challenge: bytes, consents: Consents
) -> None:
    found = center_reading.read_card_request(request(evidence(certificate, challenge), consents))
    assert (found.certificate_der, found.challenge, found.signature) == (certificate, challenge, b"signature")
    assert found.consents == consents
    assert (found.institution_code, found.day, found.consented_at) == (CODE, NOW.date(), "20260520123456")
    assert found.identifier == center_reading.identifier(CHECK_ID)
    assert (found.algorithm, found.holder_verification) == ("rsa-sha256", HolderVerification.PIN)


def test_the_header_is_the_public_one() -> None:
    header = message_xml.read_as(RequestMessage, request()).message_header
    assert header.medical_institution_code == CODE
    assert header.qualification_confirmation_date == "20260520"


def test_what_identifies_a_patient_is_in_no_repr() -> None:
    shown = repr(center_reading.read_card_request(request(evidence(b"SECRET-1", b"SECRET-2"))))
    assert "SECRET" not in shown
    assert "certificate_der" not in shown


def test_an_identifier_is_short_plain_and_tells_nothing() -> None:
    found = center_reading.identifier(CHECK_ID)
    assert len(found) == 16
    assert found.isascii()
    assert CHECK_ID[:8] not in found
    assert found != center_reading.identifier(CHECK_ID[::-1])


NUMBERS = b"<XmlMsg><MessageHeader/><MessageBody><QualificationConfirmSearchInfo/></MessageBody></XmlMsg>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no xml", "INPUT-002"),
        (b"<!DOCTYPE x><XmlMsg/>", "INPUT-002"),
        (NUMBERS, "INPUT-003"),
        (request().replace(b64encode(b"certificate"), b"%%%%"), "INPUT-003"),
        (request().replace(b">pin<", b">guess<"), "INPUT-003"),
        (request().replace(b">20260520<", b">20260532<"), "INPUT-003"),
    ],
)
def test_what_is_no_question_by_card_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Trouble) as caught:
        center_reading.read_card_request(data)
    assert caught.value.code == code


def test_each_kind_of_question_has_a_path_of_its_own() -> None:
    paths = {ask.path for ask in Ask}
    assert len(paths) == len(Ask)
    assert all(path.startswith("/") and path.isascii() for path in paths)


RETRY = {"Retry-After": "5"}


@pytest.mark.parametrize(
    ("status", "headers", "code"),
    [
        (200, {}, None),
        (204, {}, "CENTER-006"),
        (302, {}, "CENTER-006"),
        (400, {}, "CENTER-006"),
        (401, {}, "CENTER-005"),
        (403, RETRY, "CENTER-005"),
        (500, RETRY, "CENTER-006"),
        (503, {}, "CENTER-006"),
        (503, RETRY, "CENTER-003"),
    ],
)
def test_what_status_codes_mean(status: int, headers: dict[str, str], code: str | None) -> None:
    assert center_reading.trouble_code(status, headers) == code
    expected = None if status < 500 and code == "CENTER-006" else code
    assert center_reading.health_code(status, headers) == expected


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Wed, 20 May 2026 03:35:56 GMT", 60.0),
        ("Wed, 20 May 2026 03:33:56 -0000", 0.0),
        ("-5", None),
        ("soon", None),
        ("１２", None),
        ("", None),
    ],
)
def test_how_long_the_center_wants_to_be_left_alone(said: str, seconds: float | None) -> None:
    assert center_reading.retry_after_seconds({"Retry-After": said}, NOW.astimezone(UTC)) == seconds


def test_silence_about_it_is_none() -> None:
    assert center_reading.retry_after_seconds({}, NOW) is None
