"""What is asked of the ledger all day, or while it is locked, never reads a table from end to end: those grow for years."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.eligibility import message_xml
from appliance.eligibility.consumer_requests import Reader
from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.message import Qualification, ResultBody, ResultMessage
from appliance.ledger import (
    attending,
    board,
    checks,
    clock_steps,
    consumer_extras,
    consumer_requests,
    consumer_standing,
    consumer_terms,
    dead_letters,
    dead_notices,
    deliveries,
    expected,
    follow_ups,
    gauges,
    health,
    history,
    last_answers,
    line_log,
    line_report,
    local_certificates,
    medical_patients,
    medical_questions,
    moments,
    month_visits,
    notices,
    patient_numbers,
    results,
    tasks,
    terminal,
    use_rate_trend,
    visit_troubles,
    what_was_done,
)
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind, add
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.replaced import replaced_by
from appliance.settings import Settings
from tests.ledger.desk import LEASE, NOW, after, answered, claimed, found, opened

GROWING = (
    "checks",
    "results",
    "deliveries",
    "requests_log",
    "last_answers",
    "histories",
    "bulk_runs",
    "bulk_people",
    "patient_numbers",
    "patient_number_marks",
    "local_certificates",
    "local_certificate_marks",
    "medical_questions",
    "consumer_requests",
    "notices",
    "health_findings",
    "clock_steps",
    "visit_troubles",
)
_SCAN = re.compile(
    rf"^SCAN ({'|'.join(GROWING)})\b(?! USING (COVERING )?INDEX (checks_open|deliveries_pending|deliveries_in_turn|notices_pending|medical_questions_kept|health_findings_standing|\w+_given_up))"
)


@contextmanager
def heard(ledger: Ledger) -> Iterator[list[str]]:
    """The statements that are executed meanwhile, with their values."""
    said: list[str] = []
    connection = ledger.read.conn
    connection.set_trace_callback(said.append)
    yield said
    connection.set_trace_callback(None)


def full_reads(ledger: Ledger, statements: list[str]) -> list[str]:
    wanted = [one for one in statements if one.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "INSERT"))]
    assert wanted, "nothing was asked"
    # The newest few are read backwards from the end, and no further.
    wanted = [
        one for one in wanted if not re.search(r"results.check_id = checks.id ORDER BY seq DESC LIMIT", one)
    ]
    plans = [(one, ledger.read.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()) for one in wanted]
    return [one for one, plan in plans if any(_SCAN.match(row["detail"]) for row in plan)]


@pytest.fixture
def used(ledger: Ledger) -> Ledger:
    """A ledger with consumers, an answered check and two that wait."""
    add(ledger, "emr", ConsumerKind.MQTT, NOW)
    add(ledger, "folder", ConsumerKind.FOLDER, NOW)
    consumer_extras.give(ledger, "emr", consumer_extras.Extra.TASKS, "hoshu", NOW)
    opened(ledger, 3)
    assert answered(ledger, claimed(ledger).id)
    return ledger


def a_check(ledger: Ledger) -> checks.Check:
    return checks.recent(ledger, 1)[0]


def answered_one(ledger: Ledger) -> checks.Check:
    return next(one for one in checks.recent(ledger, 9) if one.state is checks.CheckState.ANSWERED)


def a_known(ledger: Ledger) -> checks.Check:
    """A check whose answer is about one person."""
    person = Qualification(name="見本", name_kana="ﾐﾎﾝ", birthdate="19790305")
    message = ResultMessage(message_body=ResultBody(qualification_validity="1", result_list=(person,)))
    return replace(a_check(ledger), result_xml=message_xml.write(message))


PERSON = {"insurer_number": "06139992", "number": "3456", "birthdate": "19790305"}


def of_consumer(ledger: Ledger, operation: str, **members: str) -> None:
    consumer_terms.allow(ledger, "emr", Term)
    request = Reader(NOW.date(), {}).read({"operation": operation, "request_id": "r-1", **members})
    consumer_requests.take(ledger, Settings(institution_code="1319999999"), "emr", request, NOW)


ASKED: dict[str, Callable[[Ledger], object]] = {
    "claim": lambda ledger: checks.claim(ledger, "me", after(60), LEASE),
    "claim and put back": lambda ledger: checks.put_back(
        ledger, claimed(ledger).id, "me", "LINE-001", "", after(9)
    ),
    "claim and answer": lambda ledger: answered(ledger, claimed(ledger).id),
    "next due": checks.next_due,
    "any received": checks.is_any_received,
    "put off all": lambda ledger: checks.put_off_all(ledger, "LINE-001", after(60)),
    "make all due": checks.make_all_due,
    "release all": checks.release_all,
    "changed since": lambda ledger: checks.changed_since(ledger, 0),
    "recent": lambda ledger: checks.recent(ledger, 20),
    "withdraw": lambda ledger: results.withdraw(ledger, a_check(ledger).id, NOW),
    "board": lambda ledger: board.on_board(ledger, NOW.date()),
    "history": lambda ledger: history.before(ledger, a_check(ledger), 20),
    "last answer": lambda ledger: last_answers.of_check(ledger, found(ledger, a_check(ledger).id)),
    "due to anybody": lambda ledger: deliveries.due(ledger, ConsumerKind.MQTT, after(60)),
    "due to one": lambda ledger: deliveries.due(ledger, ConsumerKind.MQTT, after(60), 8, "emr"),
    "due in order of lanes": lambda ledger: deliveries.due(
        ledger, ConsumerKind.FOLDER, after(60), 8, "folder", fast_lane_first=True
    ),
    "in turn": lambda ledger: deliveries.in_turn(ledger, "chart", 0, 8),
    "of a consumer": lambda ledger: deliveries.of_consumer(ledger, "0" * 32, "chart"),
    "open checks": gauges.open_checks,
    "oldest owed": gauges.oldest_owed,
    "lately": lambda ledger: gauges.lately(ledger, NOW),
    "of a check": lambda ledger: deliveries.of_check(ledger, a_check(ledger).id),
    "offer again": lambda ledger: deliveries.offer_again(ledger, ConsumerKind.MQTT, NOW),
    "notices in turn": lambda ledger: notices.in_turn(ledger, "emr", 0, 8),
    "notices due": lambda ledger: notices.due(ledger, "emr", after(60), 8),
    "notices again": lambda ledger: notices.offer_again(ledger, NOW),
    "a notice is taken": lambda ledger: notices.acknowledge(ledger, "id", "emr", NOW),
    "a task is raised": lambda ledger: tasks.raise_(
        ledger, tasks.TaskKind.DEAD_LETTER, "id", "QUEUE-001", NOW
    ),
    "the clock is set": lambda ledger: moments.remake(ledger, timedelta(hours=1), NOW, NOW),
    "placed before": lambda ledger: deliveries.placed_before(ledger, "folder", NOW),
    "last placed": lambda ledger: deliveries.last_placed_at(ledger, "folder"),
    "requests of a check": lambda ledger: line_log.of_check(ledger, a_check(ledger).id),
    "the month of the line": lambda ledger: line_report.of_month(ledger, "2026-04", NOW),
    "a month's visits": lambda ledger: month_visits.between(ledger, NOW.date(), NOW.date(), NOW),
    "the use rate of a year": lambda ledger: use_rate_trend.by_months(ledger, NOW.date(), NOW.date()),
    "what was done": lambda ledger: what_was_done.in_month(ledger, NOW.date(), NOW.date(), "a", "b"),
    "dead letters, how many": dead_letters.counts,
    "dead letters": dead_letters.given_up_checks,
    "dead deliveries": dead_letters.given_up_deliveries,
    "dead notices": dead_notices.given_up,
    "left lying": dead_letters.left_lying,
    "claim and fail": lambda ledger: dead_letters.check_failed(
        ledger, claimed(ledger).id, "me", Failed("CENTER-002", "", NOW), Patience(2, after), NOW
    ),
    "a delivery fails": lambda ledger: dead_letters.delivery_failed(
        ledger, deliveries.due(ledger, ConsumerKind.MQTT, after(60))[0].id, "BOX-004", NOW, 9, NOW
    ),
    "bring near": lambda ledger: moments.bring_near(ledger, NOW),
    "the newest question": lambda ledger: follow_ups.newest_of(ledger, a_check(ledger).id),
    "what an answer replaces": lambda ledger: replaced_by(ledger, answered_one(ledger)),
    "a patient's number": lambda ledger: patient_numbers.known_for(ledger, a_known(ledger)),
    "local certificates": lambda ledger: local_certificates.of_check(ledger, a_known(ledger)),
    "today's lists": lambda ledger: expected.lists_of(ledger, NOW.date()),
    "today's people": lambda ledger: expected.of_day(
        ledger, NOW.date(), expected.lists_of(ledger, NOW.date())
    ),
    "who works on what": lambda ledger: attending.current(ledger, NOW),
    "next for a terminal": terminal.next_unsent,
    "take over": terminal.take_over,
    "patients to read about": lambda ledger: medical_patients.patients(ledger, NOW),
    "what was asked of one": lambda ledger: medical_questions.of_patient(ledger, "id", Ask.RECORDS),
    "an answer to keep": lambda ledger: medical_questions.sealed_answer(ledger, a_check(ledger), b""),
    "a consumer's own things": lambda ledger: consumer_standing.dead_letters_of(ledger, "emr"),
    "a request of a consumer": lambda ledger: consumer_requests.stand(ledger, "emr", "r-1"),
    "a check for a consumer": lambda ledger: of_consumer(ledger, "check", **PERSON),
    "a result once more": lambda ledger: of_consumer(ledger, "resend", check_id="0" * 32),
    "all since a moment": lambda ledger: of_consumer(ledger, "replay", since="2026-01-01T00:00:00Z"),
    "what is wrong with the box": lambda ledger: health.note(
        ledger, {CheckName.DISK: Outcome("", (Finding("HEALTH-007", Severity.WAIT),))}, NOW
    ),
    "steps of the clock": lambda ledger: clock_steps.between(ledger, NOW, after(60)),
    "what went wrong at readers": lambda ledger: visit_troubles.between(ledger, NOW, after(60)),
    "what is to be forgotten": lambda ledger: medical_questions.forget_due(ledger, NOW),
}


@pytest.mark.parametrize("name", ASKED)
def test_nothing_reads_all_that_ever_was(used: Ledger, name: str) -> None:
    with heard(used) as statements:
        ASKED[name](used)
    assert full_reads(used, statements) == []


def test_a_full_read_would_be_noticed(used: Ledger) -> None:
    with heard(used) as statements:
        used.read.execute("SELECT 1 FROM checks WHERE state = 'received'").fetchall()
        used.read.execute("SELECT count(*) FROM requests_log WHERE code IS NOT NULL").fetchall()
    assert len(full_reads(used, statements)) == 2


def test_the_lease_of_a_dead_one_is_found_too(used: Ledger) -> None:
    taken = claimed(used)
    later = NOW + LEASE + timedelta(seconds=1)
    again = checks.claim(used, "other", later, LEASE)
    assert again is not None
    assert again.id == taken.id
