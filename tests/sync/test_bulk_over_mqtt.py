"""Lists of people over MQTT: taken from whom they may come, answered with correlation, once for each request."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from appliance.eligibility.list_text import MOST_BYTES
from appliance.ledger import audit, bulk_runs, conditions
from appliance.ledger.bulk_runs import Run, RunKind, RunState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import Lists, ListTerms
from appliance.ledger.times import utc_now
from tests.bulk_lists import row
from tests.contract.documents import schema
from tests.sync.bulk_emr import BulkEmr, person
from tests.sync.station import INSTITUTION, Station, answer_check

OTHER_CODE = "1399999988"


@pytest.fixture
def desk(box_dir: Path) -> Iterator[Station]:
    """emr may hand in at any time, nightly by night, dental under its own code, guest not at all."""
    made = Station(box_dir, other_institution_codes=(OTHER_CODE,), offer_first=600.0, bulk_until="20:00")
    try:
        made.add_consumer("emr", ListTerms(Lists.NOW))
        made.add_consumer("nightly", ListTerms(Lists.NIGHT))
        made.add_consumer("dental", ListTerms(Lists.NOW, OTHER_CODE))
        made.add_consumer("guest")
        made.start_broker()
        start_lane(made)
        yield made
    finally:
        made.close()


def start_lane(desk: Station) -> None:
    """Start the lane and wait until it hears."""
    conditions.forget(desk.ledger, (Link.BROKER,), utc_now())
    desk.start_lane()
    desk.until(lambda: conditions.get(desk.ledger, Link.BROKER).state is LinkState.UP)


def a_list(request_id: str = "a-1", **changes: Any) -> dict[str, Any]:
    return {"request_id": request_id, "people": [person(row("p01")), person(row("p04"))], **changes}


def runs(desk: Station) -> tuple[Run, ...]:
    return bulk_runs.recent(desk.ledger, 99)


def assert_fits(name: str, message: dict[str, Any]) -> None:
    Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(message)


def test_a_list_becomes_a_run_of_the_night_and_is_answered(desk: Station) -> None:
    """MQ-065, MQ-071."""
    said = BulkEmr(desk).answered(a_list())
    assert_fits("bulk-answer", said)
    (run,) = runs(desk)
    assert (said["accepted"], said["repeated"], said["run_id"], said["people"]) == (True, False, run.id, 2)
    assert (run.state, run.at_night, run.kind, run.made_by) == (
        RunState.WAITING,
        True,
        RunKind.APPOINTMENTS,
        "emr",
    )
    assert audit.latest(desk.ledger, 1)[0].subject == run.id


def test_the_answer_goes_where_it_is_wanted_and_repeats_the_correlation_data(desk: Station) -> None:
    """MQ-070."""
    emr = BulkEmr(desk)
    own = desk.topics.bulk_answer("emr")
    emr.ask(a_list(when="now"), ResponseTopic=f"{own}/desk-3", CorrelationData=b"\x00\xff17")
    said, properties = emr.next("bulk-answer/desk-3")
    assert (said["accepted"], properties.CorrelationData) == (True, b"\x00\xff17")
    assert runs(desk)[0].at_night is False


def test_the_box_answers_nowhere_but_below_the_own_topic(desk: Station) -> None:
    """MQ-070, MQ-072."""
    spy = desk.consumer("dental", listen=(f"{desk.topics.prefix}consumer/dental/#",))
    emr = BulkEmr(desk)
    theirs = [
        f"{desk.topics.prefix}consumer/dental/{word}"
        for word in ("eligibility", "bulk-result", "bulk-answer/1")
    ]
    for topic in (*theirs, desk.topics.box_state, f"{desk.topics.bulk_answer('emr')}x/1"):
        emr.ask(a_list(), ResponseTopic=topic, CorrelationData=b"7")
        assert emr.next("bulk-answer")[1].CorrelationData == b"7"
    assert spy.messages.empty()


def test_the_same_request_again_asks_nobody_twice(desk: Station) -> None:
    """MQ-061, MQ-062."""
    emr = BulkEmr(desk)
    first, second = emr.answered(a_list()), emr.answered(a_list())
    assert second == first | {"repeated": True}
    desk.stop_lane()
    start_lane(desk)
    assert emr.answered(a_list())["run_id"] == first["run_id"]
    other = emr.answered(a_list(people=[person(row("p01"))]))
    assert (other["accepted"], other["trouble"]["code"]) == (False, "BULK-011")
    assert len(runs(desk)) == 1
    assert BulkEmr(desk, "dental").answered(a_list())["repeated"] is False, "ids are each consumer's own"


def test_who_is_wrong_is_left_out_by_index_with_advice(
    desk: Station, caplog: pytest.LogCaptureFixture
) -> None:
    """MQ-007, MQ-064."""
    caplog.set_level(logging.DEBUG)
    people = [
        person(row("p01")),
        person(row("p02", birthdate="いつか")),
        person(row("p03", insurer="06139991")),
        person(row("p04", number="123456789018")),
        {},
    ]
    said = BulkEmr(desk).answered(a_list(people=people))
    assert_fits("bulk-answer", said)
    errors = {one["index"]: one for one in said["problems"] if one["severity"] == "error"}
    assert {index: (one["code"], one["member"]) for index, one in errors.items()} == {
        1: ("BULK-008", "birthdate"),
        3: ("INPUT-007", "number"),
        4: ("BULK-008", "number"),
    }
    assert [(one["index"], one["code"]) for one in said["problems"] if one["severity"] == "warning"] == [
        (2, "BULK-009")
    ]
    assert (said["people"], said["left_out"]) == (2, 3)
    assert all(one["advice"] and one["text"] for one in said["problems"])
    whole = json.dumps(said, ensure_ascii=False) + caplog.text
    assert not any(value in whole for value in ("見本", "いつか", "123456789018", "06139991", "3456"))


REFUSED: list[tuple[Any, str]] = [
    (b"[", "BULK-001"),
    (b"[]", "BULK-001"),
    (b"\xff\xfe", "BULK-001"),
    (b'{"request_id": "x"' + b"[" * 200_000, "BULK-001"),
    ({"people": []}, "BULK-001"),
    ({"request_id": "患者1", "people": []}, "BULK-001"),
    (a_list(people="p01"), "BULK-001"),
    (a_list(people=["p01"]), "BULK-001"),
    (a_list(people=[{"number": 12}]), "BULK-001"),
    (a_list(when="soon"), "BULK-001"),
    (a_list(when=["now"]), "BULK-001"),
    (a_list(kind="tickets"), "BULK-001"),
    (a_list(institution_code=1), "BULK-001"),
    (a_list(people=[{"個人番号": "1"}]), "BULK-003"),
    (a_list(people=[{}] * 20_001), "BULK-004"),
    (b" " * (MOST_BYTES + 1), "BULK-004"),
    (a_list(people=[]), "BULK-005"),
    (a_list(people=[{"number": "1"}]), "BULK-005"),
    (a_list(institution_code="1234567890"), "INPUT-004"),
]


def test_what_cannot_be_taken_is_said_and_not_kept(box_dir: Path) -> None:
    """MQ-063."""
    desk = Station(box_dir, bulk_requests_a_minute=100)
    try:
        desk.add_consumer("emr", ListTerms(Lists.NOW))
        desk.start_broker()
        start_lane(desk)
        emr = BulkEmr(desk)
        for request, code in REFUSED:
            said = emr.answered(request)
            assert_fits("bulk-answer", said)
            assert (said["accepted"], said["run_id"], said["trouble"]["code"]) == (False, None, code)
        assert runs(desk) == ()
    finally:
        desk.close()


def test_only_so_many_in_a_minute(box_dir: Path) -> None:
    """MQ-063."""
    desk = Station(box_dir, bulk_requests_a_minute=2)
    try:
        desk.add_consumer("emr", ListTerms(Lists.NOW))
        desk.start_broker()
        start_lane(desk)
        emr = BulkEmr(desk)
        said = [emr.answered(a_list(f"a-{number}")) for number in range(3)]
        assert [one["accepted"] for one in said] == [True, True, False]
        assert (said[2]["trouble"]["code"], said[2]["trouble"]["retryable"]) == ("BULK-012", True)
    finally:
        desk.close()


def test_the_night_alone_for_whom_the_engineer_said_so(desk: Station) -> None:
    """MQ-063."""
    nightly = BulkEmr(desk, "nightly")
    assert nightly.answered(a_list(when="now"))["trouble"]["code"] == "BULK-010"
    assert nightly.answered(a_list("a-2"))["accepted"]


def test_whom_nobody_allowed_cannot_even_publish(desk: Station) -> None:
    """MQ-060, MQ-072."""
    guest = desk.consumer("guest", listen=())
    assert guest.publish(desk.topics.bulk_request("guest"), json.dumps(a_list())).is_failure
    assert guest.publish(desk.topics.bulk_request("emr"), json.dumps(a_list())).is_failure
    emr = BulkEmr(desk)
    assert emr.consumer.publish(desk.topics.bulk_answer("emr"), b"{}").is_failure
    assert emr.consumer.publish(desk.topics.bulk_request("nightly"), json.dumps(a_list())).is_failure
    assert runs(desk) == ()


def test_what_others_hand_in_nobody_else_hears(desk: Station) -> None:
    """MQ-072, MQ-081."""
    prefix = f"{desk.topics.prefix}consumer/emr/"
    spy = desk.consumer("dental", listen=(f"{prefix}#", f"{prefix}bulk-answer/#", f"{prefix}bulk-progress"))
    emr = BulkEmr(desk)
    emr.answered(a_list())
    emr.next("bulk-progress")
    assert spy.messages.empty()


def test_under_which_code_of_the_house(desk: Station) -> None:
    """MQ-066."""
    emr, dental = BulkEmr(desk), BulkEmr(desk, "dental")
    assert emr.answered(a_list("own"))["accepted"]
    assert emr.answered(a_list("other", institution_code=OTHER_CODE))["accepted"]
    assert dental.answered(a_list("theirs"))["accepted"]
    assert (
        dental.answered(a_list("not-theirs", institution_code=INSTITUTION))["trouble"]["code"] == "INPUT-004"
    )
    assert {one.request_id: one.institution_code for one in runs(desk)} == {
        "own": "",
        "other": OTHER_CODE,
        "theirs": OTHER_CODE,
    }


def test_numbers_to_register(desk: Station) -> None:
    """MQ-065."""
    people = [{"patient": "000777", "insurer_number": "06139992", "number": "3456"}, {"number": "1"}]
    said = BulkEmr(desk).answered(a_list(kind="references", people=people))
    assert (said["people"], said["left_out"], runs(desk)[0].kind) == (1, 1, RunKind.REFERENCES)


def test_progress_is_said_at_a_change_and_at_a_hello(desk: Station) -> None:
    """MQ-075."""
    emr = BulkEmr(desk)
    run_id = emr.answered(a_list())["run_id"]
    first = emr.next("bulk-progress")[0]
    assert_fits("bulk-progress", first)
    assert (first["run_id"], first["state"], first["over"], first["people"]) == (run_id, "waiting", False, 2)
    emr.consumer.hello()
    assert emr.next("bulk-progress")[0] == first
    assert bulk_runs.stop(desk.ledger, run_id, bulk_runs.recent(desk.ledger, 1)[0].made_at)
    last = emr.next("bulk-progress")[0]
    assert (last["state"], last["over"]) == ("stopped", True)


def test_a_restarted_box_says_the_progress_again(desk: Station) -> None:
    """MQ-075."""
    emr = BulkEmr(desk)
    emr.answered(a_list())
    first = emr.next("bulk-progress")[0]
    desk.stop_lane()
    start_lane(desk)
    assert emr.next("bulk-progress")[0] == first


def test_a_crowd_of_requests_never_blocks_acknowledgements(desk: Station) -> None:
    """What does not fit is dropped; whoever is dropped sends again."""
    emr = BulkEmr(desk)
    for number in range(30):
        assert not emr.ask(a_list(f"c-{number}")).is_failure
    assert emr.next("bulk-answer")[0]["accepted"]
    check_id = answer_check(desk.ledger)
    emr.consumer.subscribe(desk.topics.eligibility("emr"))
    emr.consumer.hello()
    delivery_id = emr.next("eligibility")[0]["delivery_id"]
    emr.consumer.publish(desk.topics.ack("emr"), json.dumps({"delivery_id": delivery_id}))
    desk.until_acknowledged(check_id, "emr")
