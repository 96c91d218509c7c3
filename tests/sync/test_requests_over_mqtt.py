"""Requests over a real broker: one pair of topics, answered with correlation, once for each id, and nobody else disturbed."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from paho.mqtt.enums import MQTTProtocolVersion

from appliance.eligibility.consumer_requests import MOST_BYTES, Operation
from appliance.eligibility.message_reference import (
    ReferenceResultBody,
    ReferenceResultHeader,
    ReferenceResultMessage,
)
from appliance.eligibility.message_xml import write
from appliance.ledger import (
    checks,
    conditions,
    consumer_extras,
    consumer_terms,
    dead_letters,
    deliveries,
    results,
)
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from tests.contract.documents import schema
from tests.sync.asking_emr import AskingEmr
from tests.sync.station import Station, answer_check, answer_open_check

PERSON = {
    "insurer_number": "６１３９９９２",
    "symbol": "架空１２",
    "number": "3456",
    "branch": "1",
    "birthdate": "S54.3.5",
}
NUMBERS = {name: PERSON[name] for name in ("insurer_number", "symbol", "number", "branch")}
LONG_AGO = "2026-01-01T00:00:00+09:00"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """One box for all: emr may do everything, guest nothing. Every test asks under ids of its own."""
    made = Station(tmp_path_factory.mktemp("box"), offer_first=600.0, consumer_requests_a_minute=10_000)
    try:
        for name in ("emr", "other", "guest"):
            made.add_consumer(name)
        for name in ("emr", "other"):
            consumer_terms.allow(made.ledger, name, Term)
        made.start_broker()
        conditions.forget(made.ledger, (Link.BROKER,), utc_now())
        made.start_lane()
        made.until(lambda: conditions.get(made.ledger, Link.BROKER).state is LinkState.UP)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def emr(desk: Station) -> Iterator[AskingEmr]:
    found = AskingEmr(desk)
    yield found
    found.close()


@pytest.fixture
def guest(desk: Station) -> Iterator[AskingEmr]:
    found = AskingEmr(desk, "guest")
    yield found
    found.close()


@pytest.fixture
def asking(desk: Station) -> Iterator[AskingEmr]:
    found = AskingEmr(desk, "other")
    yield found
    found.close()


def assert_fits(name: str, message: dict[str, Any]) -> None:
    Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(message)


def taken(said: dict[str, Any]) -> dict[str, Any]:
    assert_fits("answer", said)
    assert said["accepted"], said
    return said


def code_of(said: dict[str, Any]) -> str:
    assert_fits("answer", said)
    assert not said["accepted"]
    return str(said["trouble"]["code"])


def test_a_check_is_asked_and_its_result_says_the_request(desk: Station, emr: AskingEmr) -> None:
    """MQ-104, MQ-105, MQ-116."""
    said = taken(emr.ask("check", "check-1", **PERSON))
    assert (said["state"], [one["member"] for one in said["hints"]]) == ("received", ["insurer_number"])
    check = checks.find(desk.ledger, said["check_id"])
    assert check is not None
    assert (check.origin, check.asked_by) == (Origin.CONSUMER, "emr")
    theirs = AskingEmr(desk, "other")
    answer_open_check(desk.ledger)
    mine = emr.result_of(said["check_id"])
    assert_fits("eligibility", mine)
    assert (mine["check_id"], mine["request_id"], mine["origin"]) == (said["check_id"], "check-1", "consumer")
    assert theirs.result_of(said["check_id"])["request_id"] is None
    theirs.close()


def test_the_same_request_again_says_how_it_stands(desk: Station, emr: AskingEmr) -> None:
    """MQ-101, MQ-102, MQ-111."""
    first = taken(emr.ask("check", "again-1", **PERSON))
    assert taken(emr.ask("check", "again-1", **PERSON)) == first | {"repeated": True}
    assert code_of(emr.ask("check", "again-1", **{**PERSON, "branch": "02"})) == "REQUEST-004"
    answer_open_check(desk.ledger)
    desk.until_acknowledged(first["check_id"], "emr")
    stands = taken(emr.ask("stand", "again-1"))
    assert (stands["operation"], stands["state"], stands["delivery_state"]) == (
        "check",
        "answered",
        "acknowledged",
    )
    assert code_of(emr.ask("stand", "never-asked")) == "REQUEST-006"


def test_the_answer_goes_where_it_is_wanted_and_repeats_the_correlation_data(
    desk: Station, emr: AskingEmr
) -> None:
    """MQ-115."""
    own = desk.topics.answer("emr")
    request = json.dumps({"operation": "stand", "request_id": "x"}).encode()
    emr.send(request, ResponseTopic=f"{own}/desk-3", CorrelationData=b"\x00\xff17")
    assert emr.correlation("answer/desk-3") == b"\x00\xff17"
    theirs = desk.topics.answer("other")
    for topic in (theirs, f"{theirs}/1", desk.topics.box_state, f"{own}x/1", desk.topics.eligibility("emr")):
        emr.send(request, ResponseTopic=topic, CorrelationData=b"7")
        assert emr.correlation() == b"7"


def test_without_properties_the_request_id_tells(desk: Station) -> None:
    """MQ-116."""
    old = AskingEmr(desk, "other", version=MQTTProtocolVersion.MQTTv311)
    said = taken(old.ask("check", "old-1", **PERSON))
    assert said["request_id"] == "old-1"
    answer_open_check(desk.ledger)
    assert old.result_of(said["check_id"])["request_id"] == "old-1"
    old.close()


def test_a_number_is_registered_and_the_outcome_comes_to_who_asked(desk: Station, emr: AskingEmr) -> None:
    """MQ-106, MQ-120."""
    said = taken(emr.ask("register", "number-1", patient="000777", **NUMBERS))
    body = ReferenceResultBody(processing_result_status="1", processing_result_code="I00")
    header = ReferenceResultHeader(segment_of_result="1")
    answer_open_check(desk.ledger, write(ReferenceResultMessage(message_header=header, message_body=body)))
    told = emr.next("outcome")
    assert_fits("outcome", told)
    assert (told["request_id"], told["operation"], told["state"]) == ("number-1", "register", "answered")
    assert told["registration"]["processing_result_status"] == "1"
    desk.until_acknowledged(said["check_id"], "emr")
    assert [one.consumer for one in deliveries.of_check(desk.ledger, said["check_id"])] == ["emr"]


def test_a_waiting_check_is_cancelled(desk: Station, emr: AskingEmr) -> None:
    """MQ-110."""
    check_id = taken(emr.ask("check", "cancel-1", **PERSON))["check_id"]
    assert taken(emr.ask("cancel", "cancel-2", of="cancel-1"))["state"] == "withdrawn"
    found = checks.find(desk.ledger, check_id)
    assert found is not None
    assert found.state is CheckState.WITHDRAWN
    assert deliveries.of_check(desk.ledger, check_id) == ()
    assert code_of(emr.ask("cancel", "cancel-3", of="check-of-another")) == "REQUEST-006"
    taken(emr.ask("check", "cancel-4", **PERSON))
    answer_open_check(desk.ledger)
    assert code_of(emr.ask("cancel", "cancel-5", of="cancel-4")) == "REQUEST-007"


def test_who_asked_is_told_what_reception_or_the_box_ended(desk: Station, emr: AskingEmr) -> None:
    """MQ-121, MQ-122."""
    withdrawn = taken(emr.ask("check", "end-1", **PERSON))["check_id"]
    assert results.withdraw(desk.ledger, withdrawn, utc_now())
    told = emr.next("outcome")
    assert_fits("outcome", told)
    assert (told["request_id"], told["state"], told["trouble"]["code"]) == (
        "end-1",
        "withdrawn",
        "REQUEST-009",
    )
    given_up = taken(emr.ask("check", "end-2", **PERSON))["check_id"]
    with desk.ledger.write() as db:
        dead_letters.give_up_in(db, given_up, dead_letters.GIVEN_UP, "CENTER-002", utc_now())
    told = emr.next("outcome")
    assert (told["state"], told["trouble"]["code"]) == ("refused", "QUEUE-001")
    desk.until_acknowledged(given_up, "emr")
    (letter,) = taken(emr.ask("dead-letters", "end-3"))["dead_letters"]
    assert (letter["check_id"], letter["request_id"], letter["reason_code"]) == (
        given_up,
        "end-2",
        "CENTER-002",
    )
    assert dead_letters.retry_check(desk.ledger, given_up, "sakura", utc_now())
    answer_open_check(desk.ledger)
    late = emr.result_of(given_up)
    assert late["request_id"] == "end-2"
    assert late["delivery_id"] != told["delivery_id"]


def test_one_result_once_more_under_the_same_delivery_id(desk: Station, emr: AskingEmr) -> None:
    """MQ-108."""
    check_id = answer_check(desk.ledger)
    first = emr.result_of(check_id)
    desk.until_acknowledged(check_id, "emr")
    said = taken(emr.ask("resend", "resend-1", check_id=check_id))
    again = emr.result_of(check_id)
    assert (said["delivery_id"], again["delivery_id"]) == (first["delivery_id"], first["delivery_id"])
    assert (first["replayed"], again["replayed"]) == (False, True)
    theirs = next(one.id for one in deliveries.of_check(desk.ledger, check_id) if one.consumer == "guest")
    assert code_of(emr.ask("resend", "resend-2", delivery_id=theirs)) == "REQUEST-006"


def test_a_new_consumer_gets_what_was_answered_before_it_came(desk: Station) -> None:
    """MQ-109."""
    check_id = answer_check(desk.ledger)
    desk.until(
        lambda: desk.delivery(check_id, "other").tries > 0
    )  # or its first offer would come among the others
    with desk.ledger.write() as db:
        # As if it had come only now: nothing was ever owed to it.
        db.execute("DELETE FROM deliveries WHERE consumer = 'other'")
    new = AskingEmr(desk, "other")
    said = taken(new.ask("replay", "replay-1", since=LONG_AGO))
    assert (said["count"] > 1, said["more"]) == (True, False)
    heard = [new.next("eligibility") for _ in range(said["count"])]
    assert heard == sorted(heard, key=lambda one: str(one["answered_at"])), "in the order of the answers"
    assert all(one["replayed"] for one in heard)
    assert len({one["delivery_id"] for one in heard}) == said["count"]
    desk.until_acknowledged(check_id, "other")
    onward = taken(new.ask("replay", "replay-2", cursor=said["next_cursor"]))
    assert onward["count"] == 0
    repeat = taken(new.ask("replay", "replay-3", since=LONG_AGO))
    ids = {new.next("eligibility")["delivery_id"] for _ in range(repeat["count"])}
    assert ids == {one["delivery_id"] for one in heard}, "who kept the ids stores nothing twice"
    new.close()


def test_medical_information_only_where_the_patient_agreed(desk: Station, emr: AskingEmr) -> None:
    """MQ-107."""
    consumer_extras.give(desk.ledger, "emr", Extra.MEDICAL, "a", utc_now(), scope=Scope.OWN, purpose="診療")
    said = emr.ask("medical", "medical-1", check_id="0" * 32, ask="records")
    assert code_of(said) == "MEDICAL-001"


def test_what_was_not_allowed_is_refused(guest: AskingEmr) -> None:
    """MQ-100."""
    wanted: dict[str, dict[str, Any]] = {
        "check": PERSON,
        "register": {"patient": "1", **NUMBERS},
        "medical": {"check_id": "0" * 32, "ask": "records"},
        "resend": {"check_id": "0" * 32},
        "replay": {"since": LONG_AGO},
    }
    for operation, members in wanted.items():
        assert code_of(guest.ask(operation, "guest-1", **members)) == "REQUEST-003"
    assert taken(guest.ask("dead-letters", "guest-1"))["dead_letters"] == []
    assert code_of(guest.ask("cancel", "guest-2", of="check-1")) == "REQUEST-006"
    assert code_of(guest.ask("stand", "check-1")) == "REQUEST-006", "another's id is an unknown one"


def test_what_is_unfit_is_named_and_not_quoted(emr: AskingEmr, caplog: pytest.LogCaptureFixture) -> None:
    """MQ-007, MQ-103."""
    caplog.set_level(logging.DEBUG)
    unfit = {
        "birthdate": ({"birthdate": "いつか"}, "REQUEST-002"),
        "number": ({"number": "123456789018"}, "INPUT-007"),
        "brnch": ({"brnch": "77"}, "REQUEST-001"),
        "institution_code": ({"institution_code": "1234567890"}, "INPUT-004"),
    }
    for member, (change, code) in unfit.items():
        said = emr.ask("check", "unfit-1", **{**PERSON, **change})
        assert code_of(said) == code
        assert (said["trouble"]["member"], bool(said["trouble"]["advice"])) == (member, True)
        assert not any(value in json.dumps(said, ensure_ascii=False) for value in change.values())
    assert not any(value in caplog.text for value in ("いつか", "123456789018", "架空", "3456"))
    for payload in (b"[", b"[]", b"\xff\xfe", b'{"request_id": "x"' + b"[" * 9000, b" " * (MOST_BYTES + 1)):
        emr.send(payload)
        assert code_of(emr.next()) == "REQUEST-001"


def test_only_so_many_in_a_minute(box_dir: Path) -> None:
    """MQ-112."""
    desk = Station(box_dir, consumer_requests_a_minute=2)
    try:
        desk.add_consumer("emr")
        consumer_terms.allow(desk.ledger, "emr", Term)
        desk.start_broker()
        desk.start_lane()
        desk.until(lambda: conditions.get(desk.ledger, Link.BROKER).state is LinkState.UP)
        emr = AskingEmr(desk)
        said = [emr.ask("check", f"r-{number}", **PERSON) for number in range(3)]
        assert [one["accepted"] for one in said] == [True, True, False]
        assert (said[2]["trouble"]["code"], said[2]["trouble"]["retryable"]) == ("REQUEST-005", True)
        emr.close()
    finally:
        desk.close()


def test_nobody_else_reads_answers_or_asks_in_anothers_name(desk: Station, emr: AskingEmr) -> None:
    """MQ-117."""
    topics = desk.topics
    spy = desk.consumer(
        "guest", listen=(f"{topics.answer('emr')}/#", topics.outcome("emr"), f"{topics.prefix}consumer/emr/#")
    )
    assert spy.publish(topics.request("emr"), b"{}").is_failure
    assert spy.publish(topics.answer("emr"), b"{}").is_failure
    taken(emr.ask("dead-letters", "spy-1"))
    assert spy.messages.empty()


def test_the_state_of_a_dead_letter_is_seen_by_both_sides(desk: Station, emr: AskingEmr) -> None:
    """MQ-111."""
    guests = answer_check(desk.ledger)
    owed = desk.delivery(guests, "guest")
    assert dead_letters.delivery_failed(desk.ledger, owed.id, "CENTER-002", utc_now(), 1, utc_now())
    found = [one.id for one in dead_letters.given_up_deliveries(desk.ledger)]
    assert owed.id in found, "reception sees it"
    guest = AskingEmr(desk, "guest")
    assert [one["delivery_id"] for one in taken(guest.ask("dead-letters", "d-1"))["dead_letters"]] == [
        owed.id
    ]
    guest.close()
    assert owed.id not in {
        one["delivery_id"] for one in taken(emr.ask("dead-letters", "d-2"))["dead_letters"]
    }
    assert desk.delivery(guests, "guest").state is DeliveryState.DEAD
    assert owed.kind is ConsumerKind.MQTT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [*PERSON, "of", "ask", "check_id", "delivery_id", "since", "cursor", "patient", "day"]
)
NEARLY = st.tuples(
    st.sampled_from([{}, PERSON, {"patient": "1", **NUMBERS}, {"since": LONG_AGO}, {"of": "f-1"}]),
    st.dictionaries(NAMES, JSON | st.text(max_size=12), max_size=2),
    st.fixed_dictionaries(
        {
            "operation": st.sampled_from(list(Operation)) | JSON,
            "request_id": st.text("abc", min_size=1, max_size=3) | JSON,
        }
    ),
).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | JSON | NEARLY)
def test_whatever_is_sent_the_box_stays_up_and_others_are_served(
    asking: AskingEmr, emr: AskingEmr, sent: Any
) -> None:
    """MQ-112. Comes last: what it has asked stays open."""
    asking.send(sent if isinstance(sent, bytes) else json.dumps(sent).encode())
    said = asking.next()
    assert_fits("answer", said)
    assert said["accepted"] or said["trouble"]["code"].startswith(("REQUEST-", "INPUT-", "MEDICAL-"))
    assert code_of(emr.ask("stand", "not-disturbed")) == "REQUEST-006"
