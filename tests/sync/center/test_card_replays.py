"""Cards that the center takes no more after an outage: by the numbers known for them, or as an outage note."""

from datetime import timedelta

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.demo.people import person
from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.visit import ALL_CONSENTS
from appliance.ledger import checks, dead_letters, deliveries, last_answers, tasks
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import JAPAN, clinic_day, utc_now
from tests.demo.card_evidence import INSTITUTION, evidence_of
from tests.sync.center.clinic import Clinic
from tests.sync.center.conftest import ClinicMaker

OLD = timedelta(hours=3)


def old_card(clinic: Clinic, person_id: str) -> str:
    """A check by a card that was read three hours ago; its id."""
    then = utc_now() - OLD
    stamp = f"{then.astimezone(JAPAN):%Y%m%d%H%M%S}"
    evidence = evidence_of(
        clinic.center.state_folder, person_id, challenge=bytes(32) + f"{INSTITUTION}{stamp}".encode()
    )
    new = NewCheck(
        origin=Origin.CARD,
        institution_code=INSTITUTION,
        reader="1",
        evidence=evidence,
        consents=ALL_CONSENTS,
    )
    return checks.open_check(clinic.ledger, new, then)


def known(clinic: Clinic, person_id: str) -> None:
    """Somebody who was here before with the same card."""
    before = clinic.by_card(person_id)
    clinic.until_state(CheckState.ANSWERED, before)


def answer(clinic: Clinic, check_id: str) -> ResultMessage:
    xml = clinic.check(check_id).result_xml
    assert xml is not None
    return message_xml.read_result(xml)


@pytest.mark.parametrize("by", ["center", "setting"])
def test_a_known_card_is_asked_about_by_its_numbers(
    make_clinic: ClinicMaker, center: RunningCenter, by: str
) -> None:
    clinic = make_clinic(card_evidence_minutes=60 if by == "setting" else 0)
    clinic.start_asker()
    known(clinic, "p01")
    center.ask("evidence-age", **({"seconds": 3600} if by == "center" else {}))
    try:
        check_id = old_card(clinic, "p01")
        clinic.until_state(CheckState.ANSWERED, check_id)
    finally:
        center.ask("evidence-age")
    check, message = clinic.check(check_id), answer(clinic, check_id)
    assert check.is_by_numbers_instead
    assert check.origin is Origin.CARD
    header, (one,) = message.message_header, message.message_body.result_list
    assert (header.reference_classification, one.name) == ("2", person("p01").name)
    assert header.qualification_confirmation_date == f"{clinic_day(check.received_at):%Y%m%d}"
    assert one.pharmacists_info_cons_flg in (None, "0")
    assert one.limit_application_certificate_related_cons_flg == "0"
    assert (clinic.results(check_id), clinic.owed(check_id)) == (1, ["emr"])
    assert center.counts(check_id)["asked"] == (1 if by == "center" else 0)
    assert center.counts(center_reading.id_in_place(check_id))["worked_out"] == 1


def test_a_card_nobody_knows_needs_a_note(make_clinic: ClinicMaker, center: RunningCenter) -> None:
    clinic = make_clinic()
    clinic.start_asker()
    center.ask("evidence-age", seconds=3600)
    try:
        check_id = old_card(clinic, "p02")
        clinic.until_state(CheckState.REFUSED, check_id)
    finally:
        center.ask("evidence-age")
    check = clinic.check(check_id)
    assert (check.trouble_code, check.reason_code) == (dead_letters.NOTE_NEEDED, "CENTER-008")
    assert (clinic.results(check_id), deliveries.of_check(clinic.ledger, check_id)) == (0, ())
    (task,) = tasks.open_tasks(clinic.ledger)
    assert (task.kind, task.subject, task.code) == (TaskKind.NOTE_NEEDED, check_id, "QUEUE-002")


def test_when_the_card_comes_again_the_old_check_can_be_asked(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    clinic = make_clinic(card_evidence_minutes=60)
    clinic.start_asker()
    check_id = old_card(clinic, "p03")
    clinic.until_state(CheckState.REFUSED, check_id)
    known(clinic, "p03")
    assert last_answers.numbers_of_card(clinic.ledger.read, clinic.check(check_id).card_mark) is not None
    assert dead_letters.retry_check(clinic.ledger, check_id, "sakura", utc_now())
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert answer(clinic, check_id).message_header.reference_classification == "2"


def test_numbers_that_were_not_valid_any_more_are_not_asked(make_clinic: ClinicMaker) -> None:
    clinic = make_clinic(card_evidence_minutes=60)
    clinic.start_asker()
    known(clinic, "p06")
    assert clinic.check(checks.recent(clinic.ledger, 1)[0].id).qualification_validity == "2"
    check_id = old_card(clinic, "p06")
    clinic.until_state(CheckState.REFUSED, check_id)
    assert clinic.check(check_id).trouble_code == dead_letters.NOTE_NEEDED


def test_an_old_card_is_asked_as_it_is_while_the_center_takes_it(clinic: Clinic) -> None:
    clinic.start_asker()
    check_id = old_card(clinic, "p02")
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert answer(clinic, check_id).message_header.reference_classification == "1"
    assert not clinic.check(check_id).is_by_numbers_instead
