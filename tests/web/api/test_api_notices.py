"""What a consumer is given beside results: tasks, and medical information inside the patient's consent."""

from datetime import timedelta

import pytest

from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import (
    assumptions,
    audit,
    checks,
    consumer_extras,
    consumer_terms,
    dead_letters,
    medical_questions,
    tasks,
)
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_terms import Term
from appliance.ledger.dead_letters import Failed, Patience, check_failed
from appliance.ledger.tasks import Outcome
from tests.contract.documents import complaints
from tests.demo.card_evidence import evidence_of
from tests.ledger.late import VALID, answer, insurance, put_off
from tests.web.api.test_api_door import refused
from tests.web.api.test_api_stream import names
from tests.web.api.vendor import Vendor, vendor_of
from tests.web.clinical_world import clinic_at
from tests.web.desk_world import Client, Desk


@pytest.fixture
def informed(desk: Desk) -> Vendor:
    """A consumer that is given tasks."""
    vendor = vendor_of(desk, "informed")
    consumer_extras.give(desk.ledger, "informed", Extra.TASKS, "hoshu", desk.now())
    return vendor


def charged(desk: Desk) -> str:
    """A patient received with 3割 while the line was down, of whom the answer says 2割; the check."""
    check_id = put_off(desk.ledger, now=desk.now())
    assert assumptions.say(desk.ledger, check_id, ClaimBy.CURRENT, 30, "uketsuke", desk.now())
    assert answer(desk.ledger, check_id, VALID, insurance("020"), now=desk.now())
    return check_id


def test_a_task_is_given_until_it_is_acknowledged(desk: Desk, vendor: Vendor, informed: Vendor) -> None:
    """API-055, API-056."""
    check_id = charged(desk)
    found = informed.get("/notices").json
    (given,) = found["notices"]
    assert complaints("task", given) == []
    assert (given["check_id"], given["state"], given["attempt"]) == (check_id, "open", 1)
    assert informed.get("/notices").json["notices"][0]["attempt"] == 2
    assert informed.get(f"/notices?after={found['cursor']}").json["notices"] == []
    assert vendor.get("/notices").json["notices"] == []
    refused(vendor.post(f"/notices/{given['delivery_id']}/ack"), 404, "INPUT-005")
    for repeated in (False, True):
        said = informed.post(f"/notices/{given['delivery_id']}/ack").json
        assert said == {
            "delivery_id": given["delivery_id"],
            "state": "acknowledged",
            "repeated": repeated,
        }
    assert informed.get("/notices").json["notices"] == []
    (task,) = tasks.open_tasks(desk.ledger)
    tasks.done(desk.ledger, task.id, "uketsuke", Outcome.SETTLED, desk.now())
    (closed,) = informed.get(f"/notices?after={found['cursor']}&wait=5").json["notices"]
    assert (closed["task_id"], closed["state"]) == (task.id, "done")


def test_tasks_come_on_the_stream_too(desk: Desk) -> None:
    """API-057."""
    desk.settings = type(desk.settings)(**{**vars(desk.settings), "api_stream_lasts": 0.01})
    vendor = vendor_of(desk, "informed")
    consumer_extras.give(desk.ledger, "informed", Extra.TASKS, "hoshu", desk.now())
    charged(desk)
    text = vendor.get("/events").text
    assert names(text).count("task") == 1
    assert names(vendor.get("/events").text).count("task") == 1, "until it is acknowledged"
    event = text.partition("event: task")[0].rpartition("\n\n")[2]
    assert "id:" not in event


def test_the_centers_xml_is_in_the_results_of_who_is_given_it(desk: Desk, vendor: Vendor) -> None:
    """API-010."""
    whole = vendor_of(desk, "whole")
    consumer_extras.give(desk.ledger, "whole", Extra.RAW, "hoshu", desk.now())
    desk.person("p01")
    assert whole.pending()[0]["xml"].startswith("<?xml")
    assert "xml" not in vendor.pending()[0]


def test_medical_information_is_asked_for_and_given_inside_the_consent(desk: Desk) -> None:
    """API-050, API-058."""
    vendor = vendor_of(desk, "chart")
    ledger, now, purpose = desk.ledger, desk.now(), "診察で服薬を確かめるため"
    consumer_extras.give(ledger, "chart", Extra.MEDICAL, "incho", now, scope=Scope.OWN, purpose=purpose)
    clinic = clinic_at(desk)
    check_id = clinic.patient()
    wanted = {"operation": "medical", "request_id": "drugs", "check_id": check_id, "ask": "records"}
    assert vendor.post("/requests", wanted).status_code == 201
    assert vendor.get("/notices").json["notices"] == []
    clinic.answer()
    for attempt in (1, 2):
        (given,) = vendor.get("/notices").json["notices"]
        assert complaints("medical", given) == []
        assert (given["state"], given["attempt"]) == ("given", attempt)
    handed = [row for row in audit.latest(desk.ledger, 9) if row.action == "medical-handed-over"]
    assert [(row.actor, row.subject) for row in handed] == [("chart", check_id)]
    tag = {"If-None-Match": vendor.get("/notices").headers["ETag"]}
    assert vendor.get("/notices", **tag).status_code == 304
    desk.shift = timedelta(hours=25)
    assert vendor.get("/notices", **tag).status_code == 200, "what it has is to be deleted"
    (expired,) = vendor.get("/notices").json["notices"]
    assert complaints("medical", expired) == []
    assert expired["state"] == "expired"
    assert expired["delivery_id"] == given["delivery_id"]
    assert vendor.post(f"/notices/{expired['delivery_id']}/ack").json["state"] == "acknowledged"


def test_who_reads_on_from_a_cursor_misses_no_notice(desk: Desk) -> None:
    """API-055: also not an answer that came after what was owed behind its question, nor one that is owed once more."""
    vendor = vendor_of(desk, "chart")
    ledger, now = desk.ledger, desk.now()
    consumer_terms.allow(ledger, "chart", Term)
    consumer_extras.give(ledger, "chart", Extra.TASKS, "hoshu", now)
    consumer_extras.give(ledger, "chart", Extra.MEDICAL, "incho", now, scope=Scope.OWN, purpose="診察のため")
    clinic = clinic_at(desk)
    person = clinic.patient()
    charged(desk)
    (task,) = vendor.get("/notices").json["notices"]
    vendor.post(f"/notices/{task['delivery_id']}/ack")
    for ask in ("records", "checkups"):
        wanted = {"operation": "medical", "request_id": ask, "check_id": person, "ask": ask}
        assert vendor.post("/requests", wanted).status_code == 201
    (done,) = tasks.open_tasks(ledger)
    tasks.done(ledger, done.id, "uketsuke", Outcome.SETTLED, now)

    first = vendor.get("/notices?limit=1").json
    assert [one["schema"] for one in first["notices"]] == ["urn:madoguchi:1:task"], (
        "behind what says nothing yet"
    )
    clinic.answer()
    (answer,) = vendor.get(f"/notices?after={first['cursor']}").json["notices"]
    assert (answer["ask"], answer["state"]) == ("records", "given")
    cursor = vendor.get("/notices").json["cursor"]
    failed = checks.claim(ledger, "owner", desk.now(), timedelta(minutes=1))
    assert failed is not None
    patience = Patience(1, lambda _: desk.now())
    assert check_failed(ledger, failed.id, "owner", Failed("CENTER-002", "", now), patience, desk.now())
    (given_up,) = vendor.get(f"/notices?after={cursor}").json["notices"]
    assert given_up["ask"] == "checkups"

    cursor = vendor.get("/notices").json["cursor"]
    again = {"operation": "resend", "request_id": "again", "delivery_id": answer["delivery_id"]}
    assert vendor.post("/requests", again).status_code == 201
    resent = vendor.get(f"/notices?after={cursor}").json["notices"]
    assert [one["delivery_id"] for one in resent] == [answer["delivery_id"]]


def test_who_reads_on_from_a_cursor_hears_that_the_consent_is_over(desk: Desk) -> None:
    """API-055, API-058: after a day, and when the patient lays down the card anew; once, and once alone."""
    vendor = vendor_of(desk, "chart")
    now = desk.now()
    consumer_extras.give(
        desk.ledger, "chart", Extra.MEDICAL, "incho", now, scope=Scope.OWN, purpose="診察のため"
    )
    clinic = clinic_at(desk)
    card = evidence_of(desk.box.root / "card", "p02")
    ids = []
    for number, evidence in enumerate((None, card)):
        person = clinic.patient(("p01", "p02")[number], evidence=evidence)
        wanted = {"operation": "medical", "request_id": f"{number}", "check_id": person, "ask": "records"}
        assert vendor.post("/requests", wanted).status_code == 201
        clinic.answer()
        ids.append(vendor.get("/notices").json["notices"][-1]["delivery_id"])
    page = vendor.get("/notices").json
    assert [one["state"] for one in page["notices"]] == ["given", "given"]

    desk.carded(evidence=card)
    after = vendor.get(f"/notices?after={page['cursor']}").json
    assert [(one["delivery_id"], one["state"]) for one in after["notices"]] == [(ids[1], "expired")]
    desk.carded(evidence=card)
    assert vendor.get(f"/notices?after={after['cursor']}").json["notices"] == []

    desk.shift = timedelta(hours=25)
    medical_questions.forget_due(desk.ledger, desk.now())
    (expired,) = vendor.get(f"/notices?after={after['cursor']}").json["notices"]
    assert (expired["delivery_id"], expired["state"]) == (ids[0], "expired")


def test_an_answer_that_cannot_be_read_goes_to_a_person_and_holds_up_nothing(
    desk: Desk, client: Client
) -> None:
    """API-053, API-055, MQ-111."""
    vendor = vendor_of(desk, "chart")
    ledger, now = desk.ledger, desk.now()
    consumer_terms.allow(ledger, "chart", Term)
    consumer_extras.give(ledger, "chart", Extra.TASKS, "hoshu", now)
    consumer_extras.give(ledger, "chart", Extra.MEDICAL, "incho", now, scope=Scope.OWN, purpose="診察のため")
    clinic = clinic_at(desk)
    person = clinic.patient()
    for ask, xml in (("records", b"<broken"), ("checkups", None)):
        wanted = {"operation": "medical", "request_id": ask, "check_id": person, "ask": ask}
        assert vendor.post("/requests", wanted).status_code == 201
        clinic.answer(xml)

    given, task = vendor.get("/notices").json["notices"]
    assert given["ask"] == "checkups"
    assert (task["trouble_code"], task["check_id"], task["state"]) == ("QUEUE-005", person, "open")
    (letter,) = vendor.get("/dead-letters").json["dead_letters"]
    said = [letter[name] for name in ("trouble_code", "reason_code", "check_id")]
    assert said == ["QUEUE-005", "CENTER-002", person]
    dead = letter["delivery_id"]
    page = client.get("/queue").text
    assert f'action="/queue/deliveries/{dead}/retry"' in page
    assert "センターの回答を読めません" in page
    assert 'href="/queue">止まっているものを開く' in client.get("/tasks").text
    assert dead_letters.counts(ledger).deliveries == 1

    again = {"operation": "resend", "request_id": "again", "delivery_id": dead}
    assert vendor.post("/requests", again).status_code == 201
    assert (tasks.open_tasks(ledger), vendor.get("/dead-letters").json["dead_letters"]) == ((), [])
    vendor.get("/notices")
    assert client.post(f"/queue/deliveries/{dead}/retry").status_code == 303
    assert dead_letters.counts(ledger).deliveries == 0
    vendor.get("/notices")
    assert client.post(f"/queue/deliveries/{dead}/drop").status_code == 303
    assert (dead_letters.counts(ledger).total, tasks.open_tasks(ledger)) == (0, ())


def test_a_clock_that_is_set_back_hides_nothing(desk: Desk) -> None:
    """API-010, API-055: what became owed by the clock of before is given all the same."""
    vendor = vendor_of(desk, "chart")
    consumer_extras.give(desk.ledger, "chart", Extra.TASKS, "hoshu", desk.now())
    desk.shift = timedelta(days=1)
    charged(desk)
    desk.shift = timedelta()
    assert len(vendor.pending()) == 1
    assert len(vendor.get("/notices").json["notices"]) == 1
