"""Tasks, the center's XML and medical information over a real mosquitto: only to whom they were given, until acknowledged."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage

from appliance.demo.center_records import Records
from appliance.eligibility import message_xml, outage
from appliance.eligibility.consumer_requests import Reader
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.message_drugs import DrugHeader, DrugMessage
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import NO_CONSENTS
from appliance.ledger import (
    accounts,
    assumptions,
    audit,
    checks,
    consumer_extras,
    consumer_requests,
    consumer_terms,
    dead_letters,
    medical_questions,
    notices,
    outage_notes,
    payloads,
    tasks,
)
from appliance.ledger.accounts import Role
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_requests import Refused, Taken
from appliance.ledger.consumer_terms import Term
from appliance.ledger.notices import NoticeState
from appliance.ledger.tasks import Outcome, TaskKind
from appliance.ledger.times import to_text, utc_now
from tests.contract.documents import complaints
from tests.ledger.late import VALID, answer, insurance, put_off
from tests.sync import medical_at
from tests.sync.station import INSTITUTION, Consumer, Station, answer_check, result_xml

DAY = timedelta(hours=24)
PURPOSE = "診察で服薬を確かめるため"


@pytest.fixture
def station(station: Station) -> Station:
    """The station, whose consumer `emr` gets all there is, and `other` results alone."""
    for extra in (Extra.TASKS, Extra.RAW):
        consumer_extras.give(station.ledger, "emr", extra, "hoshu", utc_now())
    give_medical(station, Scope.ALL)
    station.kill_broker()
    station.start_broker()
    return station


def give_medical(station: Station, scope: Scope) -> None:
    consumer_extras.give(
        station.ledger, "emr", Extra.MEDICAL, "incho", utc_now(), scope=scope, purpose=PURPOSE
    )


def listening(station: Station, word: str, name: str = "emr", **options: Any) -> Consumer:
    return station.consumer(name, listen=(getattr(station.topics, word)(name),), **options)


def next_of(consumer: Consumer, schema: str) -> Any:
    message = json.loads(consumer.next()[1])
    assert complaints(schema, message) == []
    return message


def charged(station: Station) -> str:
    """A patient received with 3割 while the line was down, of whom the answer says 2割; the check."""
    check_id = put_off(station.ledger, now=utc_now())
    assert assumptions.say(station.ledger, check_id, ClaimBy.CURRENT, 30, "uketsuke", utc_now())
    assert answer(station.ledger, check_id, VALID, insurance("020"), now=utc_now())
    return check_id


def test_a_task_comes_when_it_is_raised_and_when_it_is_done(station: Station) -> None:
    """MQ-160, MQ-161, MQ-162."""
    emr = listening(station, "task")
    station.start_lane()
    check_id = charged(station)
    said = next_of(emr, "task")
    (task,) = tasks.open_tasks(station.ledger)
    assert {
        name: said[name] for name in ("task_id", "state", "kind", "reason", "check_id", "answer_check_id")
    } == {
        "task_id": task.id,
        "state": "open",
        "kind": "difference",
        "reason": "charge",
        "check_id": check_id,
        "answer_check_id": check_id,
    }
    assert said["share"] == {"before": 30, "after": 20, "refund": True}
    assert (said["label"], said["since"]) == ("負担割合が違いました", to_text(task.raised_at))
    text = json.dumps(said, ensure_ascii=False)
    assert all(one not in text for one in ("06139992", "19800217")), "it names nobody"
    tasks.done(station.ledger, task.id, "uketsuke", Outcome.SETTLED, utc_now())
    closed = next_of(emr, "task")
    assert (closed["task_id"], closed["state"], closed["outcome"]) == (task.id, "done", "settled")
    assert closed["delivery_id"] != said["delivery_id"]
    station.until(lambda: not notices.due(station.ledger, "emr", utc_now() + DAY, 9))


def test_every_kind_of_task_has_words(station: Station) -> None:
    """MQ-160. What is the box's own affair comes to nobody, although it is older here than the others."""
    told = set(TaskKind) - {TaskKind.TRAIL, TaskKind.EMERGENCY, TaskKind.LEDGER}
    check_id = charged(station)
    facts = outage.NoteFacts(
        name="見本　花子",
        kana="",
        sex="2",
        birthdate=date(1979, 3, 5),
        address="",
        visited_on=utc_now().date(),
        reason=outage.Reason.LINE,
        reason_text="",
        received_as=outage.ReceivedAs.OTHER,
        institution_code=INSTITUTION,
    )
    note_id = outage_notes.write(station.ledger, facts, "uketsuke", utc_now(), check_id)
    for kind, subject, code in (
        (TaskKind.TRAIL, "trail", "AUDIT-001"),
        (TaskKind.EMERGENCY, "opening", "other"),
        (TaskKind.LEDGER, "ledger", "BOX-010"),
        (TaskKind.NOTE_NEEDED, check_id, "QUEUE-002"),
        (TaskKind.NOTE_OPEN, note_id, "line"),
        (TaskKind.DEAD_LETTER, check_id, "QUEUE-001"),
        (TaskKind.UNRESOLVED, check_id, "unknown"),
    ):
        tasks.raise_(station.ledger, kind, subject, code, utc_now())
    emr = listening(station, "task")
    station.start_lane()
    emr.hello()
    said = {one["kind"]: one for one in (next_of(emr, "task") for _ in told)}
    assert set(said) == {kind.value for kind in told}
    assert all(one["label"] and one["advice"] and one["check_id"] == check_id for one in said.values())
    assert (said["unresolved"]["reason_label"], said["note-open"]["reason_label"]) == (
        "不詳",
        "回線が通じない",
    )
    assert said["dead-letter"]["trouble_code"] == "QUEUE-001"
    assert "見本" not in json.dumps(said, ensure_ascii=False)


def test_the_centers_xml_comes_with_the_result_for_who_is_given_it(station: Station) -> None:
    """MQ-164."""
    emr, other = station.consumer("emr"), station.consumer("other")
    station.start_lane()
    xml = result_xml().decode().replace('encoding="UTF-8"', 'encoding="Shift_JIS"').encode("cp932")
    answer_check(station.ledger, xml=xml)
    assert next_of(emr, "eligibility")["xml"] == xml.decode("cp932")
    assert "xml" not in next_of(other, "eligibility")
    answer_check(station.ledger, xml=xml + b" " * payloads.LONGEST_XML)
    assert next_of(emr, "eligibility")["xml"] is None
    assert len(next_of(other, "eligibility")["results"]) == 1


@pytest.fixture
def records() -> Records:
    return Records()


def overheard(consumer: Consumer) -> list[MQTTMessage]:
    """Every message as the broker sent it, from now on."""
    heard: list[MQTTMessage] = []
    take: Callable[[Client, Any, MQTTMessage], None] = consumer.client.on_message  # type: ignore[assignment]

    def keep(client: Client, data: Any, message: MQTTMessage) -> None:
        heard.append(message)
        take(client, data, message)

    consumer.client.on_message = keep
    return heard


def said_of(station: Station, check_id: str) -> list[tuple[str, str, str]]:
    rows = audit.latest(station.ledger, 50)
    return [(row.actor, row.action, row.detail) for row in rows if row.subject == check_id][::-1]


def test_medical_information_comes_once_with_its_end_and_is_written_down(
    station: Station, records: Records
) -> None:
    """MQ-170, MQ-171, MQ-172, MQ-175."""
    emr = listening(station, "medical")
    heard = overheard(emr)
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    medical_at.answer(station, records)
    said = next_of(emr, "medical")
    assert (said["state"], said["check_id"], said["ask"]) == ("given", check_id, "records")
    assert [one["item"] for one in said["items"]] == ["drugs", "treatments", "operations"]
    days = [day for month in said["body"]["me_tr_month_inf"] for day in month["di_date_infs"]]
    assert any(day.get("drug_infs") for day in days)
    assert utc_now() < datetime.fromisoformat(said["consent_until"]) <= utc_now() + DAY
    assert (heard[0].qos, heard[0].retain) == (1, False)
    medical_at.ask(station, check_id, Ask.CHECKUPS, "sensei")
    medical_at.answer(station, records)
    checkups = next_of(emr, "medical")
    assert len(checkups["body"]["specific_health_checkup_info"]) == 5
    station.until(lambda: len(said_of(station, check_id)) == 6)
    of_records = [row for row in said_of(station, check_id) if "records" in row[2]]
    assert of_records == [
        ("sensei", "medical-ask", "records drugs treatments operations"),
        ("emr", "medical-handed-over", "records drugs treatments operations"),
        ("emr", "medical-taken", "records"),
    ]


def test_who_was_not_given_it_gets_none_and_cannot_listen(station: Station, records: Records) -> None:
    """MQ-163, MQ-170."""
    topics = station.topics
    spied = (topics.medical("emr"), topics.medical("other"), topics.task("emr"), topics.task("other"))
    spy = station.consumer("other", listen=(*spied, topics.eligibility("other")))
    emr = station.consumer("emr", listen=(topics.medical("emr"), topics.task("emr")))
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    medical_at.answer(station, records)
    next_of(emr, "medical")
    charged(station)
    next_of(emr, "task")
    last = answer_check(station.ledger)
    heard: list[tuple[str, bytes]] = []
    while not heard or json.loads(heard[-1][1])["check_id"] != last:
        heard.append(spy.next())
    assert {topic for topic, _ in heard} == {topics.eligibility("other")}


def test_only_what_it_asked_for_itself_where_that_is_all_it_is_given(
    station: Station, records: Records
) -> None:
    """MQ-171."""
    give_medical(station, Scope.OWN)
    emr = listening(station, "medical")
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    medical_at.ask(station, check_id, Ask.CHECKUPS, "sensei")
    medical_at.answer(station, records)
    values = {"operation": "medical", "request_id": "r-1", "check_id": check_id, "ask": "records"}
    request = Reader(utc_now().date(), {}).read(values)
    asked = consumer_requests.take(station.ledger, station.settings, "emr", request, utc_now())
    assert isinstance(asked, Taken)
    medical_at.answer(station, records)
    assert next_of(emr, "medical")["ask"] == "records"


def test_given_less_it_is_owed_no_more_of_what_doctors_asked_for(station: Station, records: Records) -> None:
    """MQ-108, MQ-171."""
    consumer_terms.allow(station.ledger, "emr", Term)
    check_id = medical_at.agreed(station, records)
    medical_at.ask(station, check_id, Ask.CHECKUPS, "sensei")
    medical_at.answer(station, records)
    values = {"operation": "medical", "request_id": "r-1", "check_id": check_id, "ask": "records"}
    reader = Reader(utc_now().date(), {})
    take = partial(consumer_requests.take, station.ledger, station.settings, "emr")
    assert isinstance(take(reader.read(values), utc_now()), Taken)
    medical_at.answer(station, records)
    doctors, own = notices.due(station.ledger, "emr", utc_now(), 9)
    give_medical(station, Scope.OWN)
    assert [one.id for one in notices.due(station.ledger, "emr", utc_now(), 9)] == [own.id]
    for number, (one, is_taken) in enumerate(((doctors, False), (own, True))):
        values = {"operation": "resend", "request_id": f"s-{number}", "delivery_id": one.id}
        assert isinstance(take(reader.read(values), utc_now()), Taken) is is_taken


def test_who_asks_for_what_a_doctor_has_asked_for_gets_it_with_the_answer(
    station: Station, records: Records
) -> None:
    """MQ-107, MQ-171, MQ-175."""
    give_medical(station, Scope.OWN)
    accounts.add(station.ledger, "emr", Role.CLINICIAN, "a long enough password", utc_now())
    emr = listening(station, "medical")
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    asked = medical_at.ask(station, check_id, Ask.RECORDS, "emr")
    assert notices.want_medical(station.ledger, "emr", asked.id, utc_now())
    assert not notices.want_medical(station.ledger, "other", asked.id, utc_now())
    # The lane has looked at it, when there was nothing to offer.
    station.until(lambda: not notices.due(station.ledger, "emr", utc_now() + timedelta(seconds=1), 1))
    medical_at.answer(station, records)
    said = next_of(emr, "medical")
    assert said["attempt"] == 1
    handed = [row for row in audit.latest(station.ledger, 9) if row.action == "medical-handed-over"]
    assert [(row.actor, row.subject) for row in handed] == [("emr", check_id)]
    station.until(lambda: not notices.waiting(station.ledger))
    assert notices.want_medical(station.ledger, "emr", asked.id, utc_now()), "it asks once more"
    assert next_of(emr, "medical")["delivery_id"] == said["delivery_id"]
    doctors = medical_at.ask(station, check_id, Ask.CHECKUPS, "emr")
    medical_at.answer(station, records)
    assert notices.want_medical(station.ledger, "emr", doctors.id, utc_now())
    assert next_of(emr, "medical")["ask"] == "checkups"


def test_what_a_consumer_asks_for_in_a_request_comes_to_it_and_nobody_asks_in_vain(
    station: Station, records: Records
) -> None:
    """MQ-170, MQ-171."""
    give_medical(station, Scope.OWN)
    emr = listening(station, "medical")
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    values = {"operation": "medical", "request_id": "r-1", "check_id": check_id, "ask": "records"}
    request = Reader(utc_now().date(), {}).read(values)
    refused = consumer_requests.take(station.ledger, station.settings, "other", request, utc_now())
    assert isinstance(refused, Refused)
    assert refused.trouble.code == "REQUEST-003"
    assert medical_questions.of_patient(station.ledger, check_id, Ask.RECORDS) is None
    # A doctor was quicker.
    medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    medical_at.answer(station, records)
    taken = consumer_requests.take(station.ledger, station.settings, "emr", request, utc_now())
    assert isinstance(taken, Taken)
    said = next_of(emr, "medical")
    assert (said["state"], said["check_id"]) == ("given", check_id)


def test_a_question_that_was_given_up_is_said_with_its_code(station: Station, records: Records) -> None:
    """MQ-172."""
    emr = listening(station, "medical")
    check_id = medical_at.agreed(station, records)
    asked = medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    with station.ledger.write() as db:
        dead_letters.give_up_in(db, asked.check_id, "QUEUE-001", "CENTER-002", utc_now())
    assert notices.want_medical(station.ledger, "emr", asked.id, utc_now())
    station.start_lane()
    said = next_of(emr, "medical")
    assert (said["state"], said["trouble_code"], said["body"]) == ("none", "QUEUE-001", {})


def test_what_the_patient_did_not_agree_to_is_left_out(station: Station, records: Records) -> None:
    """MQ-172."""
    emr = listening(station, "medical")
    station.start_lane()
    check_id = medical_at.agreed(station, records, replace(NO_CONSENTS, diagnosis_info=True))
    medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    records.consented(
        medical_at.PERSON, replace(NO_CONSENTS, diagnosis_info=True, pharmacists_info=True), utc_now()
    )
    medical_at.answer(station, records)
    said = next_of(emr, "medical")
    assert [one["item"] for one in said["items"]] == ["treatments"]
    days = [day for month in said["body"]["me_tr_month_inf"] for day in month["di_date_infs"]]
    assert days
    assert not any(day.get("drug_infs") for day in days)
    assert "cz_di_inf" not in said["body"]


def test_what_the_center_does_not_give_is_said_in_its_words(station: Station, records: Records) -> None:
    """MQ-172."""
    emr = listening(station, "medical")
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    header = DrugHeader(segment_of_result="1", result_code="2", message_contents="提供できる情報がありません")
    medical_at.answer(station, records, message_xml.write(DrugMessage(message_header=header)))
    said = next_of(emr, "medical")
    assert (said["state"], said["trouble_code"], said["message"]) == (
        "none",
        "MEDICAL-002",
        "提供できる情報がありません",
    )
    assert (said["header"], said["body"]) == ({}, {})


def test_after_the_consent_it_is_not_offered_any_more_and_says_so(station: Station, records: Records) -> None:
    """MQ-173, MQ-174."""
    deaf = listening(station, "medical", acknowledges=False)
    station.start_lane()
    check_id = medical_at.agreed(station, records)
    asked = medical_at.ask(station, check_id, Ask.RECORDS, "sensei")
    medical_at.answer(station, records)
    first = next_of(deaf, "medical")
    station.stop_lane()
    heard = overheard(deaf)
    station.start_lane(lambda: utc_now() + DAY - timedelta(seconds=60))
    assert next_of(deaf, "medical")["state"] == "given"
    assert 0 < heard[0].properties.MessageExpiryInterval <= 60  # type: ignore[union-attr]
    station.stop_lane()
    station.start_lane(lambda: utc_now() + DAY)
    said = next_of(deaf, "medical")
    assert (said["state"], said["delivery_id"]) == ("expired", first["delivery_id"])
    assert (said["check_id"], said["header"], said["body"], said["items"]) == (None, {}, {}, [])
    assert medical_questions.forget_due(station.ledger, utc_now() + DAY) == 1
    with pytest.raises(Trouble):
        medical_questions.answer(
            station.ledger,
            asked,
            checks.find(station.ledger, asked.check_id),  # type: ignore[arg-type]
        )
    emr = listening(station, "medical")
    emr.hello()
    assert next_of(emr, "medical")["state"] == "expired", "the question itself is forgotten now"
    station.until(lambda: acknowledged(station, first["delivery_id"]))
    assert "medical-taken" not in [action for _, action, _ in said_of(station, check_id)]


def acknowledged(station: Station, notice_id: str) -> bool:
    found = notices.find(station.ledger, notice_id)
    return found is not None and found.state is NoticeState.ACKNOWLEDGED
