"""A patient's history: earlier checks by the same card or numbers, whichever way they were asked."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.message import Qualification
from appliance.ledger import checks, history
from appliance.ledger.checks import Origin
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.demo.card_evidence import evidence_of
from tests.ledger.desk import NOW, found
from tests.ledger.test_last_answers import NUMBERS, VALID, asked, by_card, by_numbers


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> CardEvidence:
    return evidence_of(tmp_path_factory.mktemp("card"), "p01")


def before(ledger: Ledger, check_id: str, limit: int = 99) -> list[str]:
    return [one.id for one in history.before(ledger, found(ledger, check_id), limit)]


def test_card_and_numbers_lead_to_one_history(ledger: Ledger, card: CardEvidence, tmp_path: Path) -> None:
    first = asked(ledger, by_numbers(), "1", VALID)
    second = asked(ledger, by_card(card), "1", VALID)
    stranger = asked(
        ledger, by_card(evidence_of(tmp_path, "p02")), "1", replace(VALID, name="別", birthdate="1")
    )
    third = asked(ledger, by_numbers(), "2", VALID)
    assert before(ledger, third) == [second, first]
    assert before(ledger, second) == [first]
    assert before(ledger, first) == before(ledger, stranger) == []
    newest, oldest = history.before(ledger, found(ledger, third), 99)
    assert (newest.origin, oldest.origin) == (Origin.CARD, Origin.MANUAL)
    assert newest.qualification_validity == "1"
    assert newest.received_at == NOW


def test_a_card_that_is_not_answered_yet_has_its_history(ledger: Ledger, card: CardEvidence) -> None:
    first = asked(ledger, by_card(card), "1", VALID)
    waiting = checks.open_check(ledger, by_card(card), NOW)
    assert before(ledger, waiting) == [first]


def test_somebody_with_a_new_insurance_keeps_the_history_of_the_card(
    ledger: Ledger, card: CardEvidence
) -> None:
    first = asked(ledger, by_card(card), "1", VALID)
    changed = replace(VALID, insurer_number="06139992", insured_identification_number="77")
    second = asked(ledger, by_card(card), "1", changed)
    by_new = asked(ledger, by_numbers(replace(NUMBERS, insurer_number="06139992")), "1", changed)
    assert before(ledger, second) == [first]
    assert before(ledger, by_new) == [second]


def test_twins_have_histories_of_their_own(ledger: Ledger) -> None:
    asked(ledger, by_numbers(), "1", VALID)
    twin: Qualification = replace(VALID, insured_branch_number="03")
    other = asked(ledger, by_numbers(replace(NUMBERS, insured_branch_number="03")), "1", twin)
    assert before(ledger, other) == []


def test_no_more_than_are_wanted(ledger: Ledger, card: CardEvidence) -> None:
    made = [asked(ledger, by_card(card) if n % 2 else by_numbers(), "1", VALID) for n in range(7)]
    assert before(ledger, made[-1], 3) == [made[5], made[4], made[3]]


def test_an_older_ledger_learns_its_cards(box: Box, card: CardEvidence) -> None:
    with closing(Ledger.of(box)) as ledger:
        first = asked(ledger, by_card(card), "1", VALID)
        second = asked(ledger, by_card(card), "2", VALID)
        with ledger.write() as db:
            db.execute("DELETE FROM histories")
            db.execute("DELETE FROM _sqlite_migrations WHERE name = '0012_history_rows'")
    with closing(Ledger.of(box)) as ledger:
        assert before(ledger, second) == [first]
