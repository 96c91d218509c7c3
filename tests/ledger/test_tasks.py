"""Tasks: one open at a time for a row, closed once, and no bell for what changes nothing."""

import pytest

from appliance.ledger import tasks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import Outcome, Task, TaskKind, TaskState
from tests.ledger.desk import NOW, after

NOTHING = Topic(0)


def raised(ledger: Ledger, subject: str = "row", kind: TaskKind = TaskKind.DIFFERENCE) -> str:
    task_id = tasks.raise_(ledger, kind, subject, "ratio", NOW)
    assert task_id is not None
    return task_id


def found(ledger: Ledger, task_id: str) -> Task:
    task = tasks.find(ledger, task_id)
    assert task is not None
    return task


def test_a_row_has_one_open_task_of_a_kind(ledger: Ledger) -> None:
    task_id = raised(ledger)
    with ledger.listen() as ear:
        assert tasks.raise_(ledger, TaskKind.DIFFERENCE, "row", "insurer", NOW) is None
        assert ear.wait(0) == NOTHING
        raised(ledger, kind=TaskKind.DEAD_LETTER)
        assert ear.wait(0) == Topic.TASKS
    assert found(ledger, task_id).code == "ratio"
    assert tasks.count_open(ledger) == 2


def test_what_is_done_may_be_raised_again(ledger: Ledger) -> None:
    first = raised(ledger)
    assert tasks.done(ledger, first, "uketsuke", Outcome.SETTLED, after(60))
    second = raised(ledger)
    assert [task.id for task in tasks.open_tasks(ledger)] == [second]
    assert [task.id for task in tasks.of_subject(ledger, "row")] == [second, first]
    assert [task.id for task in tasks.closed(ledger, 5)] == [first]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.NEXT_VISIT, TaskState.DONE), (Outcome.NOT_NEEDED, TaskState.DISMISSED)],
)
def test_the_first_to_close_a_task_is_remembered(ledger: Ledger, outcome: Outcome, state: TaskState) -> None:
    task_id = raised(ledger)
    before = found(ledger, task_id).revision
    assert tasks.done(ledger, task_id, "uketsuke", outcome, after(60))
    assert not tasks.done(ledger, task_id, "somebody", Outcome.DEALT_WITH, after(90))
    task = found(ledger, task_id)
    assert (task.state, task.done_by, task.done_at, task.outcome) == (state, "uketsuke", after(60), outcome)
    assert task.revision > before


def test_what_settles_itself_is_nobodys_doing(ledger: Ledger) -> None:
    task_id = raised(ledger)
    with ledger.write(Topic.TASKS) as db:
        assert tasks.settle_in(db, TaskKind.DIFFERENCE, "row", after(5))
        assert not tasks.settle_in(db, TaskKind.DIFFERENCE, "row", after(6))
    task = found(ledger, task_id)
    assert (task.state, task.done_by, task.outcome) == (TaskState.DONE, None, Outcome.BY_ITSELF)


def test_a_task_goes_with_the_transaction_it_was_raised_in(ledger: Ledger) -> None:
    def fail_after_raising() -> None:
        with ledger.write(Topic.TASKS) as db:
            assert tasks.raise_in(db, TaskKind.UNRESOLVED, "row", "waiting", NOW) is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_raising()
    assert tasks.open_tasks(ledger) == ()


def test_the_newest_comes_first(ledger: Ledger) -> None:
    ids = [raised(ledger, subject=f"row-{number}") for number in range(3)]
    assert [task.id for task in tasks.open_tasks(ledger)] == ids[::-1]
