"""A late answer beside how the patient was received: one task for one difference, in one transaction with the answer."""

from datetime import date

import pytest

from appliance.eligibility.after_outage import Finding, Reason
from appliance.eligibility.outage import NoteFacts, ReceivedAs
from appliance.eligibility.outage import Reason as OutageReason
from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import assumptions, checks, findings, follow_ups, outage_notes, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.follow_ups import How
from appliance.ledger.results import withdraw
from appliance.ledger.tasks import Outcome, TaskKind
from tests.ledger.desk import NOW, after
from tests.ledger.late import INVALID, NONE, VALID, again, answer, asked, insurance, put_off


def said(ledger: Ledger, check_id: str, by: ClaimBy = ClaimBy.CURRENT, percent: int | None = 30) -> bool:
    return assumptions.say(ledger, check_id, by, percent, "uketsuke", NOW)


def raised(ledger: Ledger) -> list[tuple[str, str]]:
    return [
        (task.subject, task.code) for task in tasks.open_tasks(ledger) if task.kind is TaskKind.DIFFERENCE
    ]


def finding(ledger: Ledger, check_id: str) -> Finding:
    found = findings.of_check(ledger.read, check_id)
    assert found is not None
    return found


def test_another_share_raises_one_task_with_the_answer(ledger: Ledger) -> None:
    check_id = put_off(ledger)
    assert said(ledger, check_id)
    with ledger.listen() as ear:
        assert answer(ledger, check_id, VALID, insurance("020"))
        assert Topic.TASKS in ear.wait(0)
    assert not answer(ledger, check_id, VALID, insurance("010"))
    assert raised(ledger) == [(check_id, Reason.CHARGE)]
    assert (finding(ledger, check_id).before, finding(ledger, check_id).after) == (30, 20)


def test_the_last_word_of_reception_counts(ledger: Ledger) -> None:
    check_id = put_off(ledger)
    assert said(ledger, check_id, percent=10)
    assert said(ledger, check_id, percent=30)
    assert answer(ledger, check_id, VALID, insurance("030"))
    assert raised(ledger) == []


def test_without_a_word_what_was_last_known_is_compared(ledger: Ledger) -> None:
    before = checks.open_check(ledger, asked(), NOW)
    assert answer(ledger, before, VALID, insurance("020"))
    check_id = put_off(ledger)
    assert answer(ledger, check_id, VALID, insurance("030"))
    assert raised(ledger) == [(check_id, Reason.CHARGE)]
    assert finding(ledger, check_id).before == 20


def test_what_was_known_when_reception_said_so_is_kept(ledger: Ledger) -> None:
    before = checks.open_check(ledger, asked(), NOW)
    assert answer(ledger, before, VALID, insurance("020"))
    check_id = put_off(ledger)
    assert said(ledger, check_id, percent=None)
    found = assumptions.of_check(ledger, check_id)
    assert found is not None
    assert (found.said_by, found.known["ratio"]) == ("uketsuke", "020")


def test_an_answer_at_once_is_nobodys_task(ledger: Ledger) -> None:
    check_id = checks.open_check(ledger, asked(), NOW)
    assert answer(ledger, check_id, INVALID)
    assert raised(ledger) == []


@pytest.mark.parametrize("refusal", [None, "CENTER-004"])
def test_who_went_home_and_is_not_insured_is_a_task(ledger: Ledger, refusal: str | None) -> None:
    check_id = put_off(ledger)
    assert answer(ledger, check_id, INVALID, refusal=refusal)
    assert raised(ledger) == [(check_id, Reason.INVALID)]


def test_deciding_how_to_claim_settles_that_task(ledger: Ledger) -> None:
    check_id = put_off(ledger)
    assert answer(ledger, check_id, NONE)
    assert said(ledger, check_id, ClaimBy.CURRENT)
    assert raised(ledger) == [(check_id, Reason.INVALID)]
    assert said(ledger, check_id, ClaimBy.UNKNOWN)
    assert raised(ledger) == []


def test_of_what_is_answered_validly_or_withdrawn_nothing_is_said(ledger: Ledger) -> None:
    valid = put_off(ledger)
    assert answer(ledger, valid, VALID, insurance())
    assert not said(ledger, valid)
    withdrawn = put_off(ledger)
    assert withdraw(ledger, withdrawn, NOW)
    assert not said(ledger, withdrawn)
    assert not said(ledger, "no such check")


def test_a_later_question_that_finds_the_insurance_resolves_the_first(ledger: Ledger) -> None:
    first = put_off(ledger)
    assert said(ledger, first, ClaimBy.UNKNOWN)
    assert answer(ledger, first, NONE)
    assert raised(ledger) == []
    second = again(ledger, first)
    assert answer(ledger, second, NONE)
    third = again(ledger, second, number="346", now=after(60))
    assert follow_ups.first_of(ledger.read, third) == first
    assert answer(ledger, third, VALID, insurance("020", number="346"), now=after(90))
    assert raised(ledger) == [(first, Reason.CHARGE)]
    assert findings.answer_of(ledger.read, first) == third
    row = ledger.read.execute("SELECT * FROM resolutions").fetchone()
    assert (row["check_id"], row["how"], row["answer"]) == (first, How.FOUND, third)


def test_a_wrong_number_put_right_at_the_desk_is_nobodys_task(ledger: Ledger) -> None:
    first = checks.open_check(ledger, asked("999"), NOW)
    assert answer(ledger, first, NONE)
    assert answer(ledger, again(ledger, first), VALID, insurance())
    assert raised(ledger) == []


def test_the_answer_that_came_takes_the_place_of_an_earlier_finding(ledger: Ledger) -> None:
    first = put_off(ledger)
    assert said(ledger, first)
    assert answer(ledger, first, INVALID)
    (task,) = tasks.open_tasks(ledger)
    assert answer(ledger, again(ledger, first), VALID, insurance("020"))
    assert raised(ledger) == [(first, Reason.CHARGE)]
    closed = tasks.find(ledger, task.id)
    assert closed is not None
    assert closed.outcome is Outcome.BY_ITSELF


@pytest.mark.parametrize(
    ("received_as", "code"),
    [
        (ReceivedAs.IN_FULL, Reason.CHARGE),
        (ReceivedAs.DECLARATION, Reason.FOUND),
        (ReceivedAs.KNOWN, Reason.FOUND),
        (ReceivedAs.CERTIFICATE, None),
        (ReceivedAs.OTHER, None),
    ],
)
def test_without_a_word_in_the_pane_the_outage_note_counts(
    ledger: Ledger, received_as: ReceivedAs, code: Reason | None
) -> None:
    check_id = put_off(ledger)
    outage_notes.write(ledger, noted(received_as), "uketsuke", NOW, check_id)
    assert answer(ledger, check_id, VALID, insurance("030"))
    assert raised(ledger) == ([(check_id, code)] if code else [])


def noted(received_as: ReceivedAs) -> NoteFacts:
    """What somebody wrote down by hand."""
    return NoteFacts(
        name="見本　太郎",
        kana="ミホン　タロウ",
        sex="1",
        birthdate=date(1980, 2, 17),
        address="見本県架空市1-2-3",
        visited_on=date(2026, 4, 1),
        reason=OutageReason.LINE,
        reason_text="",
        received_as=received_as,
        institution_code="1319999999",
    )
