"""Given up after so many failures of its own, never because of an outage; asked once more when a person says so."""

import itertools
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.eligibility.request_families import Family
from appliance.ledger import (
    audit,
    checks,
    consumers,
    dead_letters,
    deliveries,
    line_log,
    requests,
    results,
    tasks,
)
from appliance.ledger.bell import Topic
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.line_log import Asked
from appliance.ledger.tasks import TaskKind
from tests.ledger.desk import LEASE, NOW, after, answered, claimed, found, opened

LIMIT = 3
PATIENCE = Patience(LIMIT, lambda failures: after(1000 * failures))


def fail(ledger: Ledger, check_id: str, second: float, code: str = "CENTER-002") -> bool:
    """One failure of the check's own; whether it was given up."""
    moment = after(second)
    check = checks.claim(ledger, "me", after(10**6), LEASE)
    assert check is not None
    assert check.id == check_id
    asked = Asked(check_id, "OQSsiquc01", moment, moment, 0.1, code)
    failed = Failed(code, "", after(second + 1), None, asked)
    return dead_letters.check_failed(ledger, check_id, "me", failed, PATIENCE, moment)


def other_is_answered(ledger: Ledger, second: float) -> None:
    line_log.write(ledger, Asked("other", "OQSsiquc01", after(second), after(second), 0.1))


def given_up(ledger: Ledger, check_id: str, beginning: float = 0) -> None:
    for number in range(LIMIT):
        other_is_answered(ledger, beginning + 10 * number - 5)
        assert fail(ledger, check_id, beginning + 10 * number) is (number == LIMIT - 1)


def test_it_is_given_up_when_others_are_answered_in_between(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    given_up(ledger, check_id)
    check = found(ledger, check_id)
    assert (check.state, check.trouble_code) == (CheckState.REFUSED, dead_letters.GIVEN_UP)
    assert (check.reason_code, check.given_up_at) == ("CENTER-002", after(20))
    assert (check.result_xml, check.answered_at) == (None, None)
    assert [one.id for one in dead_letters.given_up_checks(ledger)] == [check_id]
    assert checks.claim(ledger, "me", after(10**6), LEASE) is None
    assert deliveries.of_check(ledger, check_id) == ()
    (task,) = tasks.open_tasks(ledger)
    assert (task.kind, task.subject, task.code) == (TaskKind.DEAD_LETTER, check_id, dead_letters.GIVEN_UP)


def test_while_nobody_is_answered_it_is_tried_for_ever(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    assert [fail(ledger, check_id, 10.0 * number) for number in range(20)] == [False] * 20
    line_log.write(ledger, Asked(None, line_log.HEALTH, after(300), after(300), 0.1))
    assert not fail(ledger, check_id, 301)
    assert found(ledger, check_id).state is CheckState.WAITING


def test_the_waits_grow_with_what_counts_alone(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    fail(ledger, check_id, 0)
    assert checks.next_due(ledger) == after(1000)
    fail(ledger, check_id, 10)
    assert checks.next_due(ledger) == after(11)
    other_is_answered(ledger, 15)
    fail(ledger, check_id, 20)
    assert checks.next_due(ledger) == after(2000)


def outage(ledger: Ledger, check_id: str, second: float) -> None:
    """The check is asked, and the line breaks."""
    check = checks.claim(ledger, "me", after(10**6), LEASE)
    assert check is not None
    moment = after(second)
    asked = Asked(check_id, "OQSsiquc01", moment, moment, 0.1, "LINE-001")
    assert checks.put_back(ledger, check_id, "me", "LINE-001", "", moment, asked=asked)


_examples = itertools.count(1)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.lists(st.sampled_from(["own", "other", "outage"]), max_size=18))
def test_what_counts_is_each_own_failure_that_an_answer_to_others_came_before(
    ledger: Ledger, events: list[str]
) -> None:
    beginning = 100.0 * next(_examples)
    (check_id,) = opened(ledger)
    counted, others = 0, True
    for place, event in enumerate(events):
        second = beginning + place
        if event == "other":
            other_is_answered(ledger, second)
            others = True
        elif event == "outage":
            outage(ledger, check_id, second)
        else:
            counted, others = counted + others, False
            assert fail(ledger, check_id, second) is (counted == LIMIT)
        if counted == LIMIT:
            break
    expected = CheckState.REFUSED if counted == LIMIT else CheckState.WAITING
    asked = any(event != "other" for event in events)
    assert found(ledger, check_id).state is (expected if asked else CheckState.RECEIVED)
    results.withdraw(ledger, check_id, NOW)


def test_who_holds_it_no_more_changes_nothing(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    assert answered(ledger, check_id)
    failed = Failed("CENTER-002", "", after(1))
    assert not dead_letters.check_failed(ledger, check_id, "me", failed, Patience(1, after), NOW)
    assert found(ledger, check_id).state is CheckState.ANSWERED


def test_a_retry_begins_anew_is_audited_and_closes_the_task(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    given_up(ledger, check_id)
    assert dead_letters.retry_check(ledger, check_id, "sakura", after(30))
    assert not dead_letters.retry_check(ledger, check_id, "sakura", after(30))
    check = found(ledger, check_id)
    assert (check.state, check.trouble_code, check.given_up_at) == (CheckState.RECEIVED, None, None)
    assert tasks.open_tasks(ledger) == ()
    (row,) = audit.latest(ledger, 5)
    assert (row.actor, row.action, row.subject) == ("sakura", "retry-check", check_id)
    given_up(ledger, check_id, 100)
    assert dead_letters.retry_check(ledger, check_id, "sakura", after(200))
    claimed(ledger, now=after(300))
    assert answered(ledger, check_id)
    assert found(ledger, check_id).state is CheckState.ANSWERED


def test_a_folder_is_told_once_and_a_later_answer_stays_away_from_it(ledger: Ledger) -> None:
    for name, kind in (("emr", ConsumerKind.MQTT), ("receipt", ConsumerKind.FOLDER)):
        consumers.add(ledger, name, kind, NOW)
    (check_id,) = opened(ledger, origin=Origin.FOLDER, asked_by="receipt")
    given_up(ledger, check_id)
    (told,) = deliveries.of_check(ledger, check_id)
    assert (told.consumer, told.refusal, told.state) == ("receipt", "QUEUE-001", DeliveryState.PENDING)
    assert dead_letters.retry_check(ledger, check_id, "sakura", after(30))
    given_up(ledger, check_id, 100)
    assert dead_letters.retry_check(ledger, check_id, "sakura", after(200))
    claimed(ledger, now=after(300))
    assert answered(ledger, check_id)
    owed = [(one.consumer, one.refusal) for one in deliveries.of_check(ledger, check_id)]
    assert owed == [("receipt", "QUEUE-001"), ("emr", None)]


def test_the_same_request_once_more_is_a_new_question_even_during_a_retry(ledger: Ledger) -> None:
    consumers.add(ledger, "receipt", ConsumerKind.FOLDER, NOW)
    new = NewCheck(
        origin=Origin.FOLDER,
        institution_code="1319999999",
        request_xml=b"<XmlMsg/>",
        asked_by="receipt",
        source_name="20260401",
    )
    (first,) = requests.open_all(ledger, [new], NOW)
    assert first is not None
    given_up(ledger, first)
    assert requests.open_all(ledger, [new], after(30)) == (first,)
    (told,) = deliveries.of_check(ledger, first)
    deliveries.all_placed(ledger, "receipt", {told.id: "res/x"}, after(40))
    assert dead_letters.retry_check(ledger, first, "sakura", after(50))
    (second,) = requests.open_all(ledger, [new], after(60))
    assert second not in (None, first)


def test_other_families_are_asked_again_by_those_who_asked(ledger: Ledger) -> None:
    new = NewCheck(
        origin=Origin.FOLDER,
        institution_code="1319999999",
        request_xml=b"<XmlMsg/>",
        asked_by="receipt",
        family=Family.DRUGS,
    )
    check_id = checks.open_check(ledger, new, NOW)
    given_up(ledger, check_id)
    assert not dead_letters.may_be_retried(found(ledger, check_id))
    assert not dead_letters.retry_check(ledger, check_id, "sakura", NOW)


@pytest.mark.parametrize("origin", [Origin.BULK, Origin.VIEWER])
def test_what_a_page_of_its_own_tells_of_is_no_task(ledger: Ledger, origin: Origin) -> None:
    (check_id,) = opened(ledger, origin=origin)
    given_up(ledger, check_id)
    assert tasks.open_tasks(ledger) == ()
    assert dead_letters.given_up_checks(ledger) == ()


def owed(ledger: Ledger, kind: ConsumerKind, count: int) -> list[str]:
    """The ids of so many deliveries to a consumer of that kind, oldest first."""
    consumers.add(ledger, kind, kind, NOW)
    ids = opened(ledger, count)
    for _ in ids:
        check = claimed(ledger, now=after(10**6))
        assert answered(ledger, check.id)
    return [deliveries.of_check(ledger, check_id)[0].id for check_id in ids]


def delivery(ledger: Ledger, delivery_id: str) -> deliveries.Delivery:
    (one,) = deliveries.where(ledger, "deliveries.id = ?", [delivery_id])
    return one


def test_a_file_is_given_up_only_when_others_are_placed(ledger: Ledger) -> None:
    stuck, *others = owed(ledger, ConsumerKind.FOLDER, 3)
    fail_at = partial(dead_letters.delivery_failed, ledger, stuck, "BOX-004", after(99), 2)
    assert [fail_at(after(10 * number)) for number in range(5)] == [False] * 5
    deliveries.all_placed(ledger, "folder", {others[0]: "res/x"}, after(45))
    assert fail_at(after(50))
    dead = delivery(ledger, stuck)
    assert (dead.state, dead.trouble_code, dead.reason_code) == (DeliveryState.DEAD, "QUEUE-003", "BOX-004")
    assert [one.id for one in dead_letters.given_up_deliveries(ledger)] == [stuck]
    assert [one.kind for one in tasks.open_tasks(ledger)] == [TaskKind.DEAD_LETTER]
    assert dead_letters.retry_delivery(ledger, stuck, "sakura", after(60))
    assert delivery(ledger, stuck).state is DeliveryState.PENDING
    assert dead_letters.given_up_deliveries(ledger) == ()
    assert tasks.open_tasks(ledger) == ()


def test_what_can_be_no_message_needs_no_proof_and_may_be_dropped(ledger: Ledger) -> None:
    (one,) = owed(ledger, ConsumerKind.MQTT, 1)
    tries = [dead_letters.delivery_failed(ledger, one, "CENTER-002", NOW, LIMIT, NOW) for _ in range(LIMIT)]
    assert tries == [False, False, True]
    assert dead_letters.counts(ledger).total == 1
    assert dead_letters.drop_delivery(ledger, one, "sakura", NOW)
    assert not dead_letters.drop_delivery(ledger, one, "sakura", NOW)
    assert delivery(ledger, one).state is DeliveryState.DEAD
    assert dead_letters.counts(ledger).total == 0
    assert not dead_letters.retry_delivery(ledger, one, "sakura", NOW)


def test_who_is_merely_away_leaves_nothing_lying(ledger: Ledger) -> None:
    ids = owed(ledger, ConsumerKind.MQTT, 3)
    for _ in range(dead_letters.LEFT_AFTER):
        deliveries.all_offered(ledger, dict.fromkeys(ids, NOW))
    assert dead_letters.left_lying(ledger) == ()
    deliveries.acknowledge(ledger, ids[1], "mqtt", NOW)
    assert [one.id for one in dead_letters.left_lying(ledger)] == [ids[0]]
    assert dead_letters.counts(ledger).left_lying == 1
    assert deliveries.due(ledger, ConsumerKind.MQTT, NOW)[0].id == ids[0]


@pytest.mark.parametrize("topic", [Topic.CHECKS, Topic.TASKS, Topic.CONDITIONS])
def test_everybody_who_shows_it_is_woken(ledger: Ledger, topic: Topic) -> None:
    (check_id,) = opened(ledger)
    for number in range(LIMIT - 1):
        other_is_answered(ledger, 10 * number - 5)
        fail(ledger, check_id, 10 * number)
    other_is_answered(ledger, 25)
    with ledger.listen(topic) as bell:
        bell.wait(timedelta(0).total_seconds())
        assert fail(ledger, check_id, 30)
        assert topic in bell.news()
