"""What consumers are given beside results, and what of it is owed to them."""

from dataclasses import replace

import pytest

from appliance.eligibility.after_outage import Reason
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, consumer_extras, consumers, deliveries, notices, tasks
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumers import ConsumerKind, FolderTerms
from appliance.ledger.database import Ledger
from appliance.ledger.notices import Notice, NoticeState
from appliance.ledger.tasks import Outcome, TaskKind
from tests.ledger.desk import NOW, after
from tests.ledger.late import asked

LATER = after(1000)


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    for name, kind in (
        ("emr", ConsumerKind.MQTT),
        ("other", ConsumerKind.MQTT),
        ("folder", ConsumerKind.FOLDER),
    ):
        consumers.add(ledger, name, kind, NOW)
    return ledger


def owed(ledger: Ledger, consumer: str = "emr") -> list[Notice]:
    return list(notices.due(ledger, consumer, LATER, 99))


def raised(ledger: Ledger, kind: TaskKind = TaskKind.DIFFERENCE, subject: str | None = None) -> str:
    subject = subject or checks.open_check(ledger, asked(), NOW)
    task_id = tasks.raise_(ledger, kind, subject, Reason.CHARGE, NOW)
    assert task_id is not None
    return task_id


def give_tasks(ledger: Ledger, consumer: str = "emr") -> None:
    consumer_extras.give(ledger, consumer, Extra.TASKS, "hoshu", NOW)


def test_nobody_is_owed_tasks_by_default_and_one_who_is_given_them_is(ledger: Ledger) -> None:
    task_id = raised(ledger)
    assert (owed(ledger), consumer_extras.of(ledger, "emr")) == ([], {})
    give_tasks(ledger)
    assert [one.subject for one in owed(ledger)] == [task_id], "what is open already"
    second = raised(ledger)
    assert [one.subject for one in owed(ledger)] == [task_id, second]
    assert owed(ledger, "other") == []
    row = audit.latest(ledger, 1)[0]
    assert (row.actor, row.action, row.subject, row.detail) == (
        "hoshu",
        "consumer-extra-given",
        "emr",
        "tasks",
    )


def test_a_task_that_is_done_is_owed_in_place_of_the_open_one(ledger: Ledger) -> None:
    give_tasks(ledger)
    task_id = raised(ledger)
    (first,) = owed(ledger)
    assert tasks.done(ledger, task_id, "uketsuke", Outcome.SETTLED, NOW)
    (second,) = owed(ledger)
    assert second.subject == task_id
    assert second.id != first.id
    assert second.revision > first.revision
    found = notices.find(ledger, first.id)
    assert found is not None
    assert found.state is NoticeState.DEAD


def test_one_that_was_taken_is_owed_again_when_it_is_done(ledger: Ledger) -> None:
    give_tasks(ledger)
    task_id = raised(ledger)
    (first,) = owed(ledger)
    assert not notices.acknowledge(ledger, first.id, "other", NOW), "somebody else's"
    assert notices.acknowledge(ledger, first.id, "emr", NOW)
    assert not notices.acknowledge(ledger, first.id, "emr", NOW)
    assert owed(ledger) == []
    tasks.done(ledger, task_id, "uketsuke", Outcome.NOT_NEEDED, NOW)
    assert [one.subject for one in owed(ledger)] == [task_id]


def test_what_was_offered_waits_and_a_hello_makes_it_due(ledger: Ledger) -> None:
    for name in ("emr", "other"):
        give_tasks(ledger, name)
    raised(ledger)
    for name in ("emr", "other"):
        notices.all_offered(ledger, {one.id: after(9000) for one in owed(ledger, name)})
    notices.offer_again(ledger, NOW, "emr")
    assert [one.tries for one in owed(ledger)] == [1]
    assert owed(ledger, "other") == []


def test_a_dead_letter_concerns_the_consumer_whose_delivery_it_is(ledger: Ledger) -> None:
    for name in ("emr", "other"):
        give_tasks(ledger, name)
    check_id = checks.open_check(ledger, asked(), NOW)
    with ledger.write() as db:
        deliveries.add(db, check_id, "emr", NOW)
        folders = checks.insert(db, replace(asked(), family=Family.BULK_FETCH), NOW)
    (delivery,) = deliveries.of_check(ledger, check_id)
    of_emr = raised(ledger, TaskKind.DEAD_LETTER, delivery.id)
    raised(ledger, TaskKind.DEAD_LETTER, folders)
    of_all = raised(ledger, TaskKind.DEAD_LETTER, check_id)
    assert [one.subject for one in owed(ledger)] == [of_emr, of_all]
    assert [one.subject for one in owed(ledger, "other")] == [of_all]


def test_taken_back_or_removed_nothing_is_owed_any_more(ledger: Ledger) -> None:
    for name in ("emr", "other"):
        give_tasks(ledger, name)
    raised(ledger)
    assert consumer_extras.take_back(ledger, "emr", Extra.TASKS, "hoshu", NOW)
    assert not consumer_extras.take_back(ledger, "emr", Extra.TASKS, "hoshu", NOW)
    assert owed(ledger) == []
    assert consumers.remove(ledger, "other")
    assert owed(ledger, "other") == []
    raised(ledger)
    assert (owed(ledger), owed(ledger, "other")) == ([], [])
    consumers.put(ledger, "other", ConsumerKind.MQTT, FolderTerms(), NOW)
    assert consumer_extras.of(ledger, "other") == {}, "taken on again it has nothing"


def test_given_once_more_what_was_given_up_is_owed_once_more(ledger: Ledger) -> None:
    """MQ-160."""
    give_tasks(ledger)
    task_id = raised(ledger)
    (first,) = owed(ledger)
    assert consumer_extras.take_back(ledger, "emr", Extra.TASKS, "hoshu", NOW)
    give_tasks(ledger)
    assert [(one.subject, one.id) for one in owed(ledger)] == [(task_id, first.id)]
    give_tasks(ledger)
    assert len(owed(ledger)) == 1
    assert notices.acknowledge(ledger, first.id, "emr", NOW)
    give_tasks(ledger)
    assert owed(ledger) == [], "it has that one"


def test_offered_anew_it_comes_behind_all_the_rest_and_never_after_it_was_done(ledger: Ledger) -> None:
    """MQ-161."""
    give_tasks(ledger)
    raised(ledger)
    raised(ledger)
    first, second = owed(ledger)
    with ledger.write() as db:
        assert notices.offer_anew_in(db, "emr", first.id, NOW)
    assert [one.id for one in notices.in_turn(ledger, "emr", second.seq, 9)] == [first.id]
    assert tasks.done(ledger, first.subject, "uketsuke", Outcome.SETTLED, NOW)
    with ledger.write() as db:
        assert not notices.offer_anew_in(db, "emr", first.id, NOW)
    assert [one.subject for one in owed(ledger)] == [second.subject, first.subject]


@pytest.mark.parametrize(
    ("consumer", "extra", "scope", "purpose", "code"),
    [
        ("nobody", Extra.TASKS, None, "", "INPUT-005"),
        ("folder", Extra.RAW, None, "", "INPUT-001"),
        ("emr", Extra.MEDICAL, Scope.OWN, "  ", "INPUT-001"),
        ("emr", Extra.MEDICAL, None, "診察のため", "INPUT-001"),
        ("emr", Extra.MEDICAL, Scope.ALL, "あ" * 201, "INPUT-001"),
    ],
)
def test_what_may_not_be_given(
    ledger: Ledger, consumer: str, extra: Extra, scope: Scope | None, purpose: str, code: str
) -> None:
    with pytest.raises(Trouble) as caught:
        consumer_extras.give(ledger, consumer, extra, "hoshu", NOW, scope=scope, purpose=purpose)
    assert caught.value.code == code
    assert consumer_extras.of_all(ledger) == {}
