"""Outage notes: kept until the insurance is known, changed with a trace, closed by an answer or by a person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.eligibility import message_xml
from appliance.eligibility.message import Qualification, ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.outage import NoteFacts, Reason, ReceivedAs
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, follow_ups, line, outage_lists, outage_notes, results, tasks
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.line import Phase
from appliance.ledger.outage_notes import Ending, Note, NoteState, What
from appliance.ledger.tasks import TaskKind
from tests.ledger.desk import NOW, after, claimed, opened
from tests.ledger.desk import found as check_found

DAY = date(2026, 4, 1)
FACTS = NoteFacts(
    name="徳川 花子",
    kana="トクガワ ハナコ",
    sex="2",
    birthdate=date(1979, 3, 5),
    address="東京都千代田区一番町1-2",
    visited_on=DAY,
    reason=Reason.LINE,
    reason_text="",
    received_as=ReceivedAs.DECLARATION,
    institution_code="1319999999",
)
BY_NUMBERS = NewCheck(origin=Origin.MANUAL, institution_code="1319999999", request_xml=b"<XmlMsg/>")


def written(ledger: Ledger, check_id: str | None = None, **changes: object) -> Note:
    """A note of one who came while the line was down."""
    line.note(ledger, Phase.STOPPED, "LINE-001", NOW)
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]
    return found(ledger, outage_notes.write(ledger, facts, "sakura", NOW, check_id))


def found(ledger: Ledger, note_id: str) -> Note:
    note = outage_notes.find(ledger, note_id)
    assert note is not None
    return note


def looked_up(ledger: Ledger, note: Note) -> Note:
    outage_notes.look_up(ledger, note.id, note.version, BY_NUMBERS, "sakura", after(10))
    return found(ledger, note.id)


def answer(ledger: Ledger, check_id: str | None, validity: str | None = "1", name: str = FACTS.name) -> None:
    """The center's answer to the check that is next, about somebody of this name who was born as the note says."""
    assert claimed(ledger, now=after(20)).id == check_id
    found = Qualification(name=name, birthdate="19790305")
    message = ResultMessage(
        message_header=ResultHeader(segment_of_result="1"), message_body=ResultBody(result_list=(found,))
    )
    assert results.record(
        ledger,
        str(check_id),
        "me",
        xml=message_xml.write(message),
        qualification_validity=validity,
        refusal=None,
        now=after(21),
    )


def events(ledger: Ledger, note: Note) -> list[tuple[What, str]]:
    return [(one.what, one.by) for one in outage_notes.history(ledger, note.id)]


def open_tasks(ledger: Ledger) -> list[tuple[TaskKind, str]]:
    return [(task.kind, task.subject) for task in tasks.open_tasks(ledger)]


def test_what_was_written_is_there_again(ledger: Ledger) -> None:
    note = written(ledger)
    assert (note.facts, note.state, note.written_by, note.written_at) == (
        FACTS,
        NoteState.OPEN,
        "sakura",
        NOW,
    )
    assert outage_notes.counts(ledger)[NoteState.OPEN] == 1
    assert FACTS.name not in repr(note)


def test_an_edit_keeps_what_it_changed_and_who_did_it(ledger: Ledger) -> None:
    note = written(ledger)
    better = replace(FACTS, name="徳川 華子", birthdate=date(1979, 5, 3))
    assert outage_notes.edit(ledger, note.id, note.version, better, "tanaka", after(60))
    assert found(ledger, note.id).facts == better
    event = outage_notes.history(ledger, note.id)[-1]
    assert (event.by, event.what, event.at) == ("tanaka", What.EDITED, after(60))
    assert event.before == {"name": "徳川 花子", "birthdate": "1979-03-05"}


def test_an_edit_that_changes_nothing_leaves_no_trace(ledger: Ledger) -> None:
    note = written(ledger)
    assert not outage_notes.edit(ledger, note.id, note.version, FACTS, "tanaka", after(60))
    assert found(ledger, note.id) == note
    assert events(ledger, note) == [(What.WRITTEN, "sakura")]


def test_whoever_saw_an_older_version_changes_nothing(ledger: Ledger) -> None:
    note = written(ledger)
    outage_notes.edit(ledger, note.id, note.version, replace(FACTS, name="A"), "tanaka", after(60))
    with pytest.raises(Trouble, match="OUTAGE-001"):
        outage_notes.edit(ledger, note.id, note.version, replace(FACTS, name="B"), "sakura", after(61))
    with pytest.raises(Trouble, match="OUTAGE-001"):
        looked_up(ledger, note)
    with pytest.raises(Trouble, match="OUTAGE-001"):
        outage_notes.close(ledger, note.id, note.version, Ending.BY_PERSON, "転居", "sakura", after(62))
    assert found(ledger, note.id).facts.name == "A"
    assert checks.recent(ledger, 5) == ()


def test_a_check_has_one_note_and_its_row_changes(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    before = check_found(ledger, check_id).revision
    note = written(ledger, check_id)
    assert outage_notes.of_check(ledger, check_id) == note
    assert check_found(ledger, check_id).revision > before
    with pytest.raises(Trouble, match="OUTAGE-002"):
        written(ledger, check_id)


def test_a_valid_answer_by_the_found_numbers_closes_the_note(ledger: Ledger) -> None:
    note = looked_up(ledger, written(ledger))
    assert note.state is NoteState.LOOKED_UP
    assert note.lookup_id is not None
    assert outage_notes.of_check(ledger, note.lookup_id) == note
    answer(ledger, note.lookup_id, name="徳川　花子")
    closed = found(ledger, note.id)
    assert (closed.state, closed.ending, closed.closed_by) == (
        NoteState.CLOSED,
        Ending.BY_CHECK,
        outage_notes.BOX,
    )


def test_the_check_it_stands_for_being_answered_closes_the_note_too(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    note = written(ledger, check_id)
    answer(ledger, check_id)
    assert found(ledger, note.id).state is NoteState.CLOSED


def test_what_was_found_for_a_note_follows_the_check_it_stands_for(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    assert results.withdraw(ledger, check_id, after(1))
    note = looked_up(ledger, written(ledger, check_id))
    assert note.lookup_id is not None
    assert follow_ups.first_of(ledger.read, note.lookup_id) == check_id


def test_an_answer_to_a_later_question_about_the_same_patient_closes_the_note(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    assert results.withdraw(ledger, check_id, after(1))
    note = written(ledger, check_id)
    again = follow_ups.open_after(ledger, BY_NUMBERS, check_id, after(2))
    answer(ledger, again)
    assert found(ledger, note.id).state is NoteState.CLOSED


def test_the_answer_about_somebody_else_is_left_to_a_person(ledger: Ledger) -> None:
    note = looked_up(ledger, written(ledger))
    answer(ledger, note.lookup_id, name="徳川 太郎")
    assert found(ledger, note.id).state is NoteState.LOOKED_UP


@pytest.mark.parametrize("validity", ["2", "3", "4", "5", "6", None])
def test_any_other_answer_leaves_it_to_a_person(ledger: Ledger, validity: str | None) -> None:
    note = looked_up(ledger, written(ledger))
    assert note.lookup_id is not None
    answer(ledger, note.lookup_id, validity)
    assert found(ledger, note.id).state is NoteState.LOOKED_UP
    again = looked_up(ledger, note)
    assert again.lookup_id != note.lookup_id
    assert outage_notes.history(ledger, note.id)[-1].before == {"lookup_id": note.lookup_id}


def test_a_person_closes_with_a_reason_and_may_think_again(ledger: Ledger) -> None:
    note = written(ledger)
    outage_notes.close(ledger, note.id, note.version, Ending.BY_PERSON, "後日持参", "sakura", after(60))
    closed = found(ledger, note.id)
    assert (closed.state, closed.closing_reason, closed.closed_at) == (
        NoteState.CLOSED,
        "後日持参",
        after(60),
    )
    with pytest.raises(Trouble, match="INPUT-006"):
        looked_up(ledger, closed)
    outage_notes.reopen(ledger, note.id, closed.version, "tanaka", after(90))
    again = found(ledger, note.id)
    assert (again.state, again.closing_reason, again.closed_at) == (NoteState.OPEN, "", None)
    assert outage_notes.history(ledger, note.id)[-1].before["closing_reason"] == "後日持参"
    with pytest.raises(Trouble, match="INPUT-006"):
        outage_notes.reopen(ledger, note.id, again.version, "tanaka", after(91))


def test_a_list_holds_what_is_to_be_looked_up_in_the_order_of_the_days(ledger: Ledger) -> None:
    second = written(ledger, visited_on=DAY + timedelta(days=1))
    first = written(ledger)
    done = looked_up(ledger, written(ledger))
    later = written(ledger, visited_on=DAY + timedelta(days=9))
    list_id = outage_lists.make(ledger, DAY, DAY + timedelta(days=1), "sakura", after(60))
    assert list_id is not None
    assert [(place, note.id) for place, note in outage_lists.rows(ledger, list_id)] == [
        (1, first.id),
        (2, second.id),
    ]
    assert {found(ledger, one.id).state for one in (first, second)} == {NoteState.LISTED}
    assert found(ledger, later.id).state is NoteState.OPEN
    assert outage_lists.place_of(ledger, second.id) == (1, 2)
    assert outage_lists.place_of(ledger, done.id) is None
    assert outage_lists.next_on_list(ledger, first.id) == second.id
    assert outage_lists.next_on_list(ledger, second.id) is None


def test_what_is_still_to_be_looked_up_may_stand_on_a_second_list(ledger: Ledger) -> None:
    note = written(ledger)
    assert outage_lists.make(ledger, DAY, DAY, "sakura", after(60))
    assert outage_lists.make(ledger, DAY, DAY, "sakura", after(61))
    assert outage_lists.place_of(ledger, note.id) == (2, 1)
    assert events(ledger, note) == [(What.WRITTEN, "sakura"), (What.LISTED, "sakura")]
    looked_up(ledger, found(ledger, note.id))
    assert outage_lists.make(ledger, DAY, DAY, "sakura", after(62)) is None
    assert [one.count for one in outage_lists.latest(ledger, 5)] == [1, 1]


def test_the_line_back_makes_a_task_of_each_note_once(ledger: Ledger) -> None:
    note = written(ledger)
    assert open_tasks(ledger) == []
    line.note(ledger, Phase.CONFIRMING, None, after(60))
    assert open_tasks(ledger) == []
    line.note(ledger, Phase.NORMAL, None, after(90))
    assert open_tasks(ledger) == [(TaskKind.NOTE_OPEN, note.id)]
    task = tasks.open_tasks(ledger)[0]
    assert tasks.done(ledger, task.id, "sakura", tasks.Outcome.NOT_NEEDED, after(100))
    for phase in (Phase.STOPPED, Phase.NORMAL):
        line.note(ledger, phase, None, after(120))
    assert open_tasks(ledger) == []


def test_numbers_that_are_asked_about_settle_the_task(ledger: Ledger) -> None:
    note = written(ledger)
    line.note(ledger, Phase.NORMAL, None, after(90))
    looked_up(ledger, note)
    assert open_tasks(ledger) == []


def test_a_note_that_is_taken_up_again_has_its_task_again(ledger: Ledger) -> None:
    note = written(ledger)
    line.note(ledger, Phase.NORMAL, None, after(10))
    outage_notes.close(ledger, note.id, note.version, Ending.BY_PERSON, "mistake", "sakura", after(20))
    assert tasks.open_tasks(ledger) == ()
    outage_notes.reopen(ledger, note.id, found(ledger, note.id).version, "sakura", after(30))
    assert [(task.kind, task.subject) for task in tasks.open_tasks(ledger)] == [(TaskKind.NOTE_OPEN, note.id)]


def test_a_note_written_with_the_line_up_is_to_be_looked_up_at_once(ledger: Ledger) -> None:
    line.note(ledger, Phase.NORMAL, None, NOW)
    note_id = outage_notes.write(ledger, FACTS, "sakura", NOW)
    assert open_tasks(ledger) == [(TaskKind.NOTE_OPEN, note_id)]


def test_a_note_settles_the_wish_for_one(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    assert tasks.raise_(ledger, TaskKind.NOTE_NEEDED, check_id, "QUEUE", NOW)
    written(ledger, check_id)
    assert open_tasks(ledger) == []


def test_only_what_is_closed_long_enough_is_removed_with_all_that_hangs_on_it(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    old, still_open = written(ledger, check_id), written(ledger)
    assert outage_lists.make(ledger, DAY, DAY, "sakura", after(1))
    old = found(ledger, old.id)
    outage_notes.close(ledger, old.id, old.version, Ending.BY_PERSON, "x", "sakura", after(60))
    assert outage_notes.prune(ledger, after(60)) == 0
    assert outage_notes.prune(ledger, after(61)) == 1
    assert outage_notes.find(ledger, old.id) is None
    assert outage_notes.history(ledger, old.id) == ()
    assert check_found(ledger, check_id).id == check_id
    assert [one.count for one in outage_lists.latest(ledger, 5)] == [1]
    rest = found(ledger, still_open.id)
    outage_notes.close(ledger, rest.id, rest.version, Ending.BY_PERSON, "x", "sakura", after(60))
    assert outage_notes.prune(ledger, after(61)) == 1
    assert outage_lists.latest(ledger, 5) == ()


def test_a_lookup_is_news_of_every_check_that_it_stands_for(ledger: Ledger) -> None:
    """Rows that were drawn before say which check stands for them."""
    (first,) = opened(ledger)
    note = written(ledger, first)
    second = follow_ups.open_after(ledger, BY_NUMBERS, first, after(5))
    before = {one: check_found(ledger, one).revision for one in (first, second)}
    looked_up(ledger, note)
    assert follow_ups.newest_of(ledger, second) not in (first, second)
    assert all(check_found(ledger, one).revision > revision for one, revision in before.items())
