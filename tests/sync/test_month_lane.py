"""The lane of the month's end: once a day, in the clinic's hours, until the claim date, whatever the clock does."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.eligibility import message_xml
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.ledger import assumptions, checks, month_end, tasks
from appliance.ledger.checks import Check, Lane, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.follow_ups import How
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import JAPAN
from appliance.settings import Box, Settings
from appliance.sync.month_lane import MonthLane
from tests.ledger.late import NONE, VALID, answer, asked, insurance

SETTINGS = Settings(institution_code="1319999999")
VISIT = datetime(2026, 11, 20, 10, 0, tzinfo=JAPAN)


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    box = Box(box_dir)
    box.create()
    opened = Ledger.of(box)
    yield opened
    opened.close()


@pytest.fixture
def case(ledger: Ledger) -> str:
    """A visit that was received as 不詳."""
    check_id = checks.open_check(ledger, asked(day="20261120"), VISIT)
    assert assumptions.say(ledger, check_id, ClaimBy.UNKNOWN, 30, "uketsuke", VISIT)
    assert answer(ledger, check_id, NONE, now=VISIT)
    return check_id


def lane(ledger: Ledger) -> MonthLane:
    """A lane as after a restart."""
    return MonthLane(SETTINGS, ledger, lambda: VISIT, packaged_book)


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=JAPAN)


def questions(ledger: Ledger) -> list[Check]:
    return [one for one in checks.recent(ledger, 50) if one.origin is Origin.FOLLOW_UP]


def turn(ledger: Ledger, now: datetime, validity: str | None = NONE) -> int:
    """One turn of a lane that has just started; what it asks is answered with `validity`."""
    asked_about = lane(ledger).turn(now)
    for one in questions(ledger):
        if validity is not None and one.answered_at is None:
            assert answer(ledger, one.id, validity, insurance(), now=now)
    return asked_about


def test_it_asks_for_the_day_of_the_visit_in_the_slowest_lane(ledger: Ledger, case: str) -> None:
    assert turn(ledger, at(21), validity=None) == 1
    (question,) = questions(ledger)
    message = message_xml.read_request(question.request_xml or b"")
    assert message.message_header.qualification_confirmation_date == "20261120"
    search = message.message_body.qualification_confirm_search_info
    assert (search.insurer_number, search.insured_identification_number) == ("06139992", "345")
    assert question.received_at == at(21)
    lanes = ledger.read.execute("SELECT lane FROM checks WHERE origin = 'follow-up'").fetchall()
    assert [row["lane"] for row in lanes] == [Lane.BULK]


def test_once_a_day_whatever_the_clock_and_however_often_it_starts(ledger: Ledger, case: str) -> None:
    days = [at(20), at(21, 8), at(21), at(21, 23), at(22), at(21), at(22, 18), at(23, 0), at(23)]
    assert [turn(ledger, now) for now in days] == [0, 0, 1, 0, 1, 0, 0, 0, 1]
    running = lane(ledger)
    assert [running.turn(now) for now in (at(24), at(24, 12))] == [1, 0]


def test_while_the_line_is_down_one_question_waits(ledger: Ledger, case: str) -> None:
    assert [turn(ledger, at(day), validity=None) for day in (21, 22, 23)] == [1, 0, 0]


def test_until_the_claim_date(ledger: Ledger, case: str) -> None:
    assert turn(ledger, at(10, month=12)) == 1
    assert turn(ledger, at(11, month=12)) == 0


def test_until_it_is_solved_or_closed(ledger: Ledger, case: str) -> None:
    assert turn(ledger, at(21), validity=VALID) == 1
    assert turn(ledger, at(22)) == 0
    (task,) = tasks.open_tasks(ledger)
    assert (task.kind, task.subject) == (TaskKind.DIFFERENCE, case)
    other = checks.open_check(ledger, asked(), at(22))
    assert answer(ledger, other, NONE, now=at(22))
    assert turn(ledger, at(23)) == 1
    assert month_end.close(ledger, other, How.PAID, "uketsuke", at(23))
    assert turn(ledger, at(24)) == 0


def test_three_days_before_the_claim_date_a_person_is_told(ledger: Ledger, case: str) -> None:
    turn(ledger, at(6, month=12))
    assert tasks.open_tasks(ledger) == ()
    for day in (7, 8, 11):
        turn(ledger, at(day, month=12))
    assert [(task.kind, task.subject) for task in tasks.open_tasks(ledger)] == [(TaskKind.UNRESOLVED, case)]


def test_a_year_forward_and_back_asks_nothing_twice(ledger: Ledger, case: str) -> None:
    running = lane(ledger)
    moments = (at(21), at(21) + timedelta(days=365), at(21) - timedelta(days=365), at(21))
    assert [running.turn(now) for now in moments] == [1, 0, 0, 0]


def test_it_runs_and_stops(ledger: Ledger, case: str) -> None:
    running = MonthLane(SETTINGS, ledger, lambda: at(21), packaged_book)
    with ledger.listen() as ear:
        running.start()
        while not questions(ledger):
            ear.wait()
    running.stop()
    assert len(questions(ledger)) == 1
