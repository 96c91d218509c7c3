"""Medical information from the ledger through the asker to the virtual center: asked once, sealed, waiting, forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.eligibility import medical_questions as messages
from appliance.eligibility.consumer_requests import Reader
from appliance.eligibility.medical_access import Item
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS, Consents
from appliance.ledger import (
    audit,
    checks,
    consumer_extras,
    consumer_requests,
    consumer_terms,
    consumers,
    dead_letters,
    disaster_forgetting,
    medical_patients,
    medical_questions,
    notices,
)
from appliance.ledger.checks import CheckState, Lane
from appliance.ledger.conditions import LinkState
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_requests import Outcome, Refused, Taken
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.medical_patients import Patient
from appliance.ledger.medical_questions import Question
from appliance.ledger.times import utc_now
from appliance.sync.disaster_lane import DisasterLane
from tests.ledger.disaster_desk import on_disk
from tests.sync.center.clinic import Clinic

DAY = timedelta(hours=24)
ONLY_TREATMENTS = replace(NO_CONSENTS, diagnosis_info=True)


class Doctor:
    """A clinic whose asker is at work, and a patient who has agreed."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        clinic.start_asker()

    def patient(self, person_id: str = "p01", consents: Consents = ALL_CONSENTS) -> Patient:
        check_id = self.clinic.by_card(person_id, consents)
        self.clinic.until_state(CheckState.ANSWERED, check_id)
        return medical_patients.find(self.clinic.ledger, check_id, utc_now())

    def ask(self, patient: Patient, wanted: Ask, **how: bool) -> Question:
        return medical_questions.ask(self.clinic.ledger, patient, wanted, "sensei", utc_now(), **how)

    def answer(self, asked: Question) -> bytes:
        self.clinic.until_state(CheckState.ANSWERED, asked.check_id)
        return medical_questions.answer(self.clinic.ledger, asked, self.clinic.check(asked.check_id))

    def forgotten(self) -> bytes:
        """Every byte on the disk after the lane has done its work a day later."""
        lane = DisasterLane(self.clinic.ledger, lambda: utc_now() + DAY)
        lane.turn()
        self.clinic.until(self.clinic.ledger.empty_log)
        return on_disk(self.clinic.box.root)


@pytest.fixture
def doctor(clinic: Clinic) -> Doctor:
    return Doctor(clinic)


def test_drugs_treatments_and_checkups_come_for_whoever_agreed(doctor: Doctor) -> None:
    patient = doctor.patient()
    assert patient.access.open_at(utc_now()) == tuple(Item)
    records = messages.read_records(doctor.answer(doctor.ask(patient, Ask.RECORDS)))
    days = [day for month in records.me_tr_month_inf for day in month.di_date_infs]
    assert any(day.drug_infs for day in days)
    assert any(day.me_tr_infs for day in days)
    checkups = messages.read_checkups(doctor.answer(doctor.ask(patient, Ask.CHECKUPS)))
    assert len(checkups.specific_health_checkup_info) == 5


def test_nothing_is_asked_twice_unless_a_person_wants_it_anew(doctor: Doctor) -> None:
    patient = doctor.patient()
    first = doctor.ask(patient, Ask.RECORDS)
    assert doctor.ask(patient, Ask.RECORDS) == first
    doctor.answer(first)
    assert doctor.ask(patient, Ask.RECORDS).id == first.id
    anew = doctor.ask(patient, Ask.RECORDS, again=True)
    assert anew.id != first.id
    assert messages.read_records(doctor.answer(anew)).me_tr_month_inf
    with pytest.raises(Trouble, match="MEDICAL-001"):
        medical_questions.answer(doctor.clinic.ledger, first, doctor.clinic.check(first.check_id))


def test_treatments_alone_bring_no_drugs_and_no_checkups(doctor: Doctor) -> None:
    patient = doctor.patient(consents=ONLY_TREATMENTS)
    records = messages.read_records(doctor.answer(doctor.ask(patient, Ask.RECORDS)))
    days = [day for month in records.me_tr_month_inf for day in month.di_date_infs]
    assert days
    assert not any(day.drug_infs for day in days)
    assert records.cz_di_inf == ()
    with pytest.raises(Trouble, match="MEDICAL-001"):
        doctor.ask(patient, Ask.CHECKUPS)


def test_an_emr_asks_for_what_the_patient_agreed_to_and_no_longer(doctor: Doctor) -> None:
    """MQ-107, MQ-108."""
    ledger, patient = doctor.clinic.ledger, doctor.patient()
    consumers.add(ledger, "emr", ConsumerKind.MQTT, utc_now())
    consumer_terms.allow(ledger, "emr", [Term.REPLAY, Term.RESEND])

    def ask(request_id: str, after: timedelta = timedelta(), **members: Any) -> Outcome:
        request = Reader(utc_now().date(), {}).read({"request_id": request_id, **members})
        return consumer_requests.take(ledger, doctor.clinic.settings, "emr", request, utc_now() + after)

    records: dict[str, Any] = {"operation": "medical", "check_id": patient.check.id, "ask": "records"}
    denied = ask("m-1", **records)
    assert isinstance(denied, Refused)
    assert denied.trouble.code == "REQUEST-003"
    consumer_extras.give(ledger, "emr", Extra.MEDICAL, "a", utc_now(), scope=Scope.OWN, purpose="診療")
    made = ask("m-1", **records)
    asked = medical_questions.of_patient(ledger, patient.check.id, Ask.RECORDS)
    assert isinstance(made, Taken)
    assert asked is not None
    assert (made.standing.check_id, asked.asked_by) == (asked.check_id, "emr")
    assert messages.read_records(doctor.answer(asked)).me_tr_month_inf
    owed = ledger.read.execute("SELECT subject, consumer FROM notices WHERE kind = 'medical'").fetchall()
    assert [tuple(row) for row in owed] == [(asked.id, "emr")]
    (notice,) = notices.due(ledger, "emr", utc_now() + DAY, 9)
    assert notices.acknowledge(ledger, notice.id, "emr", utc_now())
    lost: dict[str, Any] = {"operation": "resend", "delivery_id": notice.id}
    assert isinstance(ask("lost-1", **lost), Taken)
    assert [one.id for one in notices.due(ledger, "emr", utc_now() + DAY, 9)] == [notice.id]
    again = ask("m-2", **records)
    assert isinstance(again, Taken)
    assert again.standing.check_id == asked.check_id, "the answer is there"
    late = ask("m-3", DAY, **records)
    assert isinstance(late, Refused)
    assert late.trouble.code == "MEDICAL-001"
    replayed = ask("m-4", operation="replay", since="2026-01-01T00:00:00Z")
    assert isinstance(replayed, Taken)
    assert replayed.standing.count == 1, "the card's answer alone"
    consumer_extras.take_back(ledger, "emr", Extra.MEDICAL, "a", utc_now())
    gone = ask("lost-2", **lost)
    assert isinstance(gone, Refused)
    assert gone.trouble.code == "REQUEST-006"


def test_without_consent_nothing_is_asked(doctor: Doctor) -> None:
    check_id = doctor.clinic.by_card("p01", NO_CONSENTS)
    doctor.clinic.until_state(CheckState.ANSWERED, check_id)
    with pytest.raises(Trouble, match="MEDICAL-001"):
        medical_patients.find(doctor.clinic.ledger, check_id, utc_now())


def test_the_later_visit_of_the_same_card_counts(doctor: Doctor) -> None:
    first = doctor.patient()
    doctor.patient(consents=ONLY_TREATMENTS)
    with pytest.raises(Trouble, match="MEDICAL-001"):
        medical_patients.find(doctor.clinic.ledger, first.check.id, utc_now())


def test_who_has_no_such_information_is_told_in_the_words_of_the_center(doctor: Doctor) -> None:
    answer = doctor.answer(doctor.ask(doctor.patient("p04"), Ask.CHECKUPS))
    with pytest.raises(Trouble, match="MEDICAL-002") as refused:
        messages.read_checkups(answer)
    assert refused.value.detail


def test_while_the_line_is_down_it_waits_and_comes_by_itself(doctor: Doctor, center: RunningCenter) -> None:
    patient = doctor.patient()
    center.fault("down")
    asked = doctor.ask(patient, Ask.RECORDS)
    doctor.clinic.until_state(CheckState.WAITING, asked.check_id)
    doctor.clinic.until(lambda: doctor.clinic.line().state is LinkState.DOWN)
    center.heal()
    assert messages.read_records(doctor.answer(asked)).me_tr_month_inf


def test_it_waits_no_longer_than_the_consent(make_clinic: Callable[..., Clinic]) -> None:
    clinic = make_clinic()
    asker = Doctor(clinic)
    patient = asker.patient()
    clinic.stop_asker()
    asked = asker.ask(patient, Ask.RECORDS)
    with pytest.raises(Trouble, match="MEDICAL-001"):
        medical_questions.readable(clinic.ledger, clinic.check(asked.check_id), asked.until)
    assert medical_questions.readable(clinic.ledger, clinic.check(asked.check_id), utc_now()).request_xml
    assert medical_questions.forget_due(clinic.ledger, asked.until - timedelta(seconds=1)) == 0
    assert medical_questions.forget_due(clinic.ledger, asked.until) == 1
    assert clinic.check(asked.check_id).state is CheckState.WITHDRAWN


def test_it_is_asked_behind_the_desk(doctor: Doctor) -> None:
    asked = doctor.ask(doctor.patient(), Ask.RECORDS)
    row = doctor.clinic.ledger.read.execute(
        "SELECT lane FROM checks WHERE id = ?", [asked.check_id]
    ).fetchone()
    assert row["lane"] == Lane.FOLDER
    doctor.answer(asked)


def test_nothing_of_it_is_readable_on_the_disk_and_nobody_is_owed_it(doctor: Doctor) -> None:
    asked = doctor.ask(doctor.patient(), Ask.RECORDS)
    xml = doctor.answer(asked)
    assert "ミホン錠".encode() in xml
    assert "ミホン錠".encode() not in on_disk(doctor.clinic.box.root)
    assert doctor.clinic.owed(asked.check_id) == []
    assert dead_letters.counts(doctor.clinic.ledger).total == 0
    key = doctor.clinic.ledger.read.execute("SELECT key FROM disaster_keys").fetchone()["key"]
    assert bytes(key) in on_disk(doctor.clinic.box.root)
    assert bytes(key) not in doctor.forgotten()
    assert disaster_forgetting.marks(doctor.clinic.ledger)[1] == frozenset()
    assert doctor.clinic.results(asked.check_id) == 0
    check = doctor.clinic.check(asked.check_id)
    assert (check.request_xml, check.result_xml) == (None, None)
    rows = [(row.actor, row.action, row.subject) for row in audit.latest(doctor.clinic.ledger, 9)]
    assert rows[0] == ("clock", "medical-forget", asked.of)
    assert ("sensei", "medical-ask", asked.of) in rows


def test_a_clock_set_back_makes_it_forgotten_too(doctor: Doctor) -> None:
    asked = doctor.ask(doctor.patient(), Ask.RECORDS)
    doctor.answer(asked)
    assert medical_questions.forget_due(doctor.clinic.ledger, utc_now() - timedelta(hours=1)) == 1
    assert checks.find(doctor.clinic.ledger, asked.check_id) is not None
