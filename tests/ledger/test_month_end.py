"""The month's end: what is on the list, what takes it off, and a later question at most once for its mark."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import assumptions, board, checks, consumers, dead_letters, deliveries, month_end, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.follow_ups import How
from appliance.ledger.month_end import Case, Why
from appliance.ledger.tasks import Outcome, TaskKind
from appliance.ledger.times import clinic_day
from tests.ledger.desk import EVIDENCE, NOW, after
from tests.ledger.late import INVALID, NONE, VALID, again, answer, asked, insurance, put_off

APRIL = date(2026, 4, 1)
LATER = date(2026, 4, 20)


def cases(ledger: Ledger, today: date = LATER) -> list[tuple[Why, str]]:
    return [(one.why, one.check.id) for one in month_end.open_cases(ledger, APRIL, today)]


def case(ledger: Ledger, check_id: str) -> Case:
    found = month_end.find(ledger, check_id, LATER)
    assert found is not None
    return found


def unconfirmed(ledger: Ledger, by: ClaimBy | None = None, validity: str = NONE) -> str:
    check_id = checks.open_check(ledger, asked(), NOW)
    if by is not None:
        assert assumptions.say(ledger, check_id, by, 30, "uketsuke", NOW)
    assert answer(ledger, check_id, validity)
    return check_id


def later(mark: str) -> NewCheck:
    return replace(asked(), origin=Origin.FOLLOW_UP, source_mark=mark)


def test_the_list_in_its_order(ledger: Ledger) -> None:
    waiting = put_off(ledger)
    former = unconfirmed(ledger, ClaimBy.FORMER)
    unpaid = unconfirmed(ledger, ClaimBy.NOT_YET)
    unknown = unconfirmed(ledger, ClaimBy.UNKNOWN)
    unsure = unconfirmed(ledger, validity=INVALID)
    said_insured = unconfirmed(ledger, ClaimBy.CURRENT)
    valid = checks.open_check(ledger, asked(), NOW)
    assert answer(ledger, valid, VALID, insurance())
    assert cases(ledger) == [
        (Why.UNSURE, unsure),
        (Why.UNSURE, said_insured),
        (Why.UNKNOWN, unknown),
        (Why.FORMER, former),
        (Why.UNPAID, unpaid),
        (Why.WAITING, waiting),
    ]


def test_what_is_just_being_asked_is_no_case_on_the_day_itself(ledger: Ledger) -> None:
    check_id = checks.open_check(ledger, asked(), NOW)
    assert cases(ledger, today=APRIL) == []
    assert cases(ledger) == [(Why.WAITING, check_id)]


def test_what_was_given_up_stays_a_case_when_somebody_has_only_seen_it(ledger: Ledger) -> None:
    check_id = put_off(ledger)
    with ledger.write(Topic.CHECKS | Topic.TASKS) as db:
        dead_letters.give_up_in(db, check_id, dead_letters.GIVEN_UP, "CENTER-002", NOW)
    assert board.mark_seen(ledger, check_id, "uketsuke", NOW)
    assert cases(ledger) == [(Why.UNSURE, check_id)]


def test_another_month_has_its_own_list(ledger: Ledger) -> None:
    unconfirmed(ledger)
    assert month_end.open_cases(ledger, date(2026, 3, 1), LATER) == ()
    assert month_end.open_cases(ledger, date(2026, 5, 1), LATER) == ()


def test_an_answer_that_somebody_has_seen_to_is_no_case_unless_the_claim_is_open(ledger: Ledger) -> None:
    seen = unconfirmed(ledger)
    unknown = unconfirmed(ledger, ClaimBy.UNKNOWN)
    for check_id in (seen, unknown):
        assert board.mark_seen(ledger, check_id, "uketsuke", NOW)
    assert cases(ledger) == [(Why.UNKNOWN, unknown)]


def test_who_had_gone_when_the_answer_came_stays_a_case_until_somebody_says_how_to_claim(
    ledger: Ledger,
) -> None:
    check_id = put_off(ledger)
    assert answer(ledger, check_id, INVALID)
    assert board.mark_seen(ledger, check_id, "uketsuke", NOW)
    assert cases(ledger) == [(Why.UNSURE, check_id)]
    assert assumptions.say(ledger, check_id, ClaimBy.FORMER, 30, "uketsuke", NOW)
    assert cases(ledger) == [(Why.FORMER, check_id)]


def test_a_later_question_that_is_answered_validly_takes_it_off(ledger: Ledger) -> None:
    check_id = unconfirmed(ledger, ClaimBy.UNKNOWN)
    assert answer(ledger, again(ledger, check_id), NONE)
    assert case(ledger, check_id).asked_again == 1
    assert answer(ledger, again(ledger, check_id), VALID, insurance())
    assert cases(ledger) == []


def test_a_person_closes_it_once(ledger: Ledger) -> None:
    check_id = unconfirmed(ledger, ClaimBy.FORMER)
    assert month_end.remind(ledger, case(ledger, check_id), NOW)
    assert month_end.close(ledger, check_id, How.CLAIMED, "uketsuke", after(60))
    assert not month_end.close(ledger, check_id, How.PAID, "somebody", after(61))
    assert cases(ledger) == []
    assert month_end.find(ledger, check_id, LATER) is None
    (task,) = tasks.of_subject(ledger, check_id)
    assert task.outcome is Outcome.BY_ITSELF


def test_a_card_cannot_be_asked_about_without_the_card(ledger: Ledger) -> None:
    new = NewCheck(origin=Origin.CARD, institution_code="1319999999", evidence=EVIDENCE)
    check_id = checks.open_check(ledger, new, NOW)
    assert not case(ledger, check_id).can_ask
    assert answer(ledger, check_id, NONE)
    assert not case(ledger, check_id).can_ask
    assert case(ledger, unconfirmed(ledger)).can_ask


def test_one_question_for_a_mark_and_one_at_a_time(ledger: Ledger) -> None:
    check_id = unconfirmed(ledger)
    first = month_end.ask_again(ledger, check_id, later("monday"), NOW)
    assert first is not None
    assert case(ledger, check_id).is_asking
    assert month_end.ask_again(ledger, check_id, later("tuesday"), NOW) is None
    assert answer(ledger, first, NONE)
    assert not case(ledger, check_id).is_asking
    assert month_end.ask_again(ledger, check_id, later("monday"), NOW) is None
    second = month_end.ask_again(ledger, check_id, later("tuesday"), NOW)
    assert second is not None
    assert answer(ledger, second, VALID, insurance())
    assert month_end.ask_again(ledger, check_id, later("wednesday"), NOW) is None


def test_a_question_days_later_stands_on_no_board_and_only_good_news_is_handed_on(ledger: Ledger) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    check_id = unconfirmed(ledger)
    before = checks.latest_revision(ledger)
    for mark, validity, handed_on in (("monday", NONE, 0), ("tuesday", VALID, 1)):
        question = month_end.ask_again(ledger, check_id, later(mark), NOW) or ""
        assert answer(ledger, question, validity, insurance())
        assert len(deliveries.of_check(ledger, question)) == handed_on
    day = clinic_day(NOW)
    assert {one.id for one in board.on_board(ledger, day)} == {check_id}
    assert {one.id for one in checks.of_day(ledger, day)} == {check_id}
    assert checks.changed_since(ledger, before) == ()


@pytest.mark.parametrize("moment", [NOW, NOW + timedelta(days=3)])
def test_somebody_is_reminded_of_a_visit_once(ledger: Ledger, moment: datetime) -> None:
    check_id = unconfirmed(ledger, ClaimBy.UNKNOWN)
    task_id = month_end.remind(ledger, case(ledger, check_id), NOW)
    assert task_id is not None
    assert tasks.done(ledger, task_id, "uketsuke", Outcome.DEALT_WITH, NOW)
    with ledger.listen() as ear:
        assert month_end.remind(ledger, case(ledger, check_id), moment) is None
        assert ear.wait(0) == Topic(0)
    (task,) = tasks.of_subject(ledger, check_id)
    assert (task.kind, task.code) == (TaskKind.UNRESOLVED, Why.UNKNOWN)
