"""What reaches the center, and what stands in the ledger afterwards."""

import logging
from dataclasses import replace

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.demo.people import person
from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.visit import NO_CONSENTS
from appliance.ledger import checks, conditions
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.times import utc_now
from tests.demo.card_evidence import INSTITUTION
from tests.sync.center.clinic import Clinic, request_for


def answer(clinic: Clinic, check_id: str) -> ResultMessage:
    xml = clinic.check(check_id).result_xml
    assert xml is not None
    return message_xml.read_result(xml)


def test_numbers_are_asked_with_our_code_day_and_identifier(clinic: Clinic) -> None:
    clinic.start_asker()
    check_id = clinic.by_numbers("p02")
    clinic.until_state(CheckState.ANSWERED, check_id)
    header, body = answer(clinic, check_id).message_header, answer(clinic, check_id).message_body
    assert header.medical_institution_code == INSTITUTION
    assert header.arbitrary_file_identifier == center_reading.identifier(check_id)
    assert len(header.qualification_confirmation_date or "") == 8
    assert (header.reference_classification, body.qualification_validity) == ("2", "1")
    assert body.qualification_confirm_search_info is not None
    assert body.result_list[0].name == person("p02").name


def test_what_the_receipt_computer_called_its_file_comes_back(clinic: Clinic, center: RunningCenter) -> None:
    xml = request_for("p01", identifier="レセコン0001", day="20260401")
    ids = [
        clinic.by_numbers(
            origin=Origin.FOLDER, asked_by="receipt-folder", request_xml=xml, source_name=f"2026040{n}"
        )
        for n in (1, 2)
    ]
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, *ids)
    for check_id in ids:
        header = answer(clinic, check_id).message_header
        assert header.arbitrary_file_identifier == "レセコン0001"
        assert header.qualification_confirmation_date == "20260401"
        # The same identifier twice, and still two checks to the center.
        assert center.counts(check_id)["worked_out"] == 1


def test_a_sender_without_identifier_gets_none(clinic: Clinic) -> None:
    check_id = clinic.by_numbers(origin=Origin.FOLDER, asked_by="receipt-folder")
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert answer(clinic, check_id).message_header.arbitrary_file_identifier is None


def test_a_card_is_asked_with_evidence_and_consents(clinic: Clinic) -> None:
    consents = replace(NO_CONSENTS, pharmacists_info=True)
    check_id = clinic.by_card("p01", consents)
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, check_id)
    message = answer(clinic, check_id)
    one = message.message_body.result_list[0]
    assert message.message_header.reference_classification == "1"
    assert message.message_body.qualification_confirm_search_info is None
    assert (one.pharmacists_info_cons_flg, one.diagnosis_info_cons_flg) == ("1", "0")
    assert one.pharmacists_info_cons_time is not None


def test_a_question_that_cannot_be_put_is_closed_and_stops_nobody(clinic: Clinic) -> None:
    broken = clinic.by_numbers(request_xml=b"<XmlMsg><MessageHeader/></XmlMsg>")
    nothing = clinic.by_numbers(request_xml=None)
    good = clinic.by_numbers()
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, good)
    clinic.until_state(CheckState.REFUSED, broken, nothing)
    assert clinic.check(broken).trouble_code == "INPUT-003"
    header = answer(clinic, nothing).message_header
    assert (header.segment_of_result, header.error_code) == ("9", "INPUT-003")
    assert clinic.owed(nothing) == ["emr"]


def test_the_link_is_looked_at_at_the_start_without_any_check(clinic: Clinic) -> None:
    assert conditions.get(clinic.ledger, Link.CENTER).state is LinkState.UNKNOWN
    clinic.start_asker()
    clinic.until_line(LinkState.UP)


def test_a_box_without_a_center_says_so(clinic: Clinic) -> None:
    clinic.settings = replace(clinic.settings, center_url="")
    clinic.start_asker()
    clinic.until_line(LinkState.DOWN, "BOX-007")
    check_id = clinic.by_numbers()
    clinic.until_state(CheckState.WAITING, check_id)


def test_log_lines_name_checks_and_nobody(clinic: Clinic, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clinic.start_asker()
    check_id = clinic.by_card("p01")
    clinic.until_state(CheckState.ANSWERED, check_id)
    clinic.stop_asker()
    assert check_id in caplog.text
    one = person("p01").qualifications[0]
    for secret in (
        one.name,
        one.insurer_number,
        one.insured_identification_number,
        person("p01").certificate_id,
    ):
        assert secret is not None
        assert secret not in caplog.text.replace(check_id, "")


def test_an_unexpected_failure_does_not_end_a_worker(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    """A check whose id is no hex number breaks the question itself: a bug, not a trouble."""
    checks.open_check(
        clinic.ledger,
        NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION, request_xml=request_for("p01")),
        utc_now(),
    )
    with clinic.ledger.write() as db:
        db.execute("UPDATE checks SET id = 'patient name'")
    clinic.start_asker()
    clinic.until(lambda: "BOX-005 ValueError" in caplog.text)
    check_id = clinic.by_numbers()
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert "patient name" not in caplog.text
