"""Which earlier answer a result takes the place of, and what it says otherwise."""

from appliance.eligibility.bulk_outcome import Difference
from appliance.ledger import checks, follow_ups
from appliance.ledger.database import Ledger
from appliance.ledger.replaced import Replaced, replaced_by
from tests.ledger.desk import NOW, after, found
from tests.ledger.late import INVALID, NONE, VALID, again, answer, asked, insurance, put_off


def told(ledger: Ledger, check_id: str) -> Replaced | None:
    return replaced_by(ledger, found(ledger, check_id))


def first_answer(ledger: Ledger, ratio: str = "030", number: str = "345") -> str:
    check_id = checks.open_check(ledger, asked(number), NOW)
    assert answer(ledger, check_id, VALID, insurance(ratio, number=number), now=after(1))
    return check_id


def test_a_first_answer_replaces_nothing(ledger: Ledger) -> None:
    check_id = checks.open_check(ledger, asked(), NOW)
    assert told(ledger, check_id) is None
    assert answer(ledger, check_id, VALID, insurance())
    assert told(ledger, check_id) is None


def test_asked_again_it_replaces_the_answer_of_the_visit(ledger: Ledger) -> None:
    first = first_answer(ledger)
    later = again(ledger, first)
    assert answer(ledger, later, VALID, insurance("020"), now=after(9))
    assert told(ledger, later) == Replaced(first, after(1), True, (Difference("負担割合", "3割", "2割"),))
    third = again(ledger, later)
    assert answer(ledger, third, VALID, insurance("020"), now=after(10))
    assert told(ledger, third) == Replaced(later, after(9), True, ())
    assert told(ledger, first) is None, "what came later changes nothing of it"


def test_corrected_numbers_replace_an_answer_of_no_use(ledger: Ledger) -> None:
    first = checks.open_check(ledger, asked("346"), NOW)
    assert answer(ledger, first, NONE, now=after(1))
    later = again(ledger, first)
    assert answer(ledger, later, VALID, insurance(), now=after(2))
    assert told(ledger, later) == Replaced(
        first, after(1), True, (Difference("資格", "該当資格なし", "有効"),)
    )


def test_what_the_box_asked_in_vain_days_later_is_not_what_is_replaced(ledger: Ledger) -> None:
    first = checks.open_check(ledger, asked(), NOW)
    assert answer(ledger, first, INVALID, now=after(1))
    for number, validity in enumerate((INVALID, VALID), start=2):
        with ledger.write() as db:
            by_itself = checks.insert(db, asked(), after(number))
            db.execute("UPDATE checks SET origin = 'follow-up' WHERE id = ?", [by_itself])
            follow_ups.link(db, by_itself, first)
        assert answer(ledger, by_itself, validity, insurance(), now=after(number))
    said = told(ledger, by_itself)
    assert said is not None
    assert (said.check_id, said.same_visit) == (first, True)


def test_after_an_outage_it_replaces_what_the_last_visit_said(ledger: Ledger) -> None:
    before = first_answer(ledger, "020")
    late = put_off(ledger, now=after(5))
    assert told(ledger, late) is None
    assert answer(ledger, late, VALID, insurance("030"), now=after(9))
    assert told(ledger, late) == Replaced(before, after(1), False, (Difference("負担割合", "2割", "3割"),))


def test_of_an_earlier_visit_only_a_valid_answer_counts_and_only_of_that_patient(ledger: Ledger) -> None:
    first_answer(ledger, number="999")
    bad = checks.open_check(ledger, asked(), NOW)
    assert answer(ledger, bad, INVALID, insurance(), now=after(1))
    check_id = checks.open_check(ledger, asked(), after(2))
    assert answer(ledger, check_id, VALID, insurance(), now=after(3))
    assert told(ledger, check_id) is None


def test_an_answer_that_came_later_to_an_earlier_visit_is_not_replaced(ledger: Ledger) -> None:
    early = put_off(ledger)
    quick = checks.open_check(ledger, asked(), after(1))
    assert answer(ledger, quick, VALID, insurance(), now=after(2))
    assert answer(ledger, early, VALID, insurance("020"), now=after(3))
    assert told(ledger, quick) is None


def test_a_question_that_was_refused_replaces_nothing(ledger: Ledger) -> None:
    later = again(ledger, first_answer(ledger))
    assert answer(ledger, later, "", refusal="CENTER-004", now=after(9))
    assert told(ledger, later) is None
