"""What was last said about a card and about numbers, and how an older ledger learns it."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from appliance.eligibility import message_xml
from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.message import (
    Qualification,
    RequestBody,
    RequestMessage,
    ResultBody,
    ResultHeader,
    ResultMessage,
    SearchInfo,
)
from appliance.ledger import checks, evidence_text, last_answers, results
from appliance.ledger.card_marks import card_mark
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.last_answers import LastAnswer
from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Box
from tests.demo.card_evidence import evidence_of
from tests.ledger.desk import EVIDENCE, LEASE, NOW, found

NUMBERS = SearchInfo(
    insurer_number="06139998",
    insured_card_symbol="架空１２",
    insured_identification_number="0003456",
    insured_branch_number="02",
    birthdate="19790305",
)
VALID = Qualification(
    insurer_number="06139998",
    insured_card_symbol="架空12",
    insured_identification_number="0003456",
    insured_branch_number="02",
    name="見本　花子",
    birthdate="19790305",
)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> CardEvidence:
    return evidence_of(tmp_path_factory.mktemp("card"), "p01")


def by_card(evidence: CardEvidence) -> NewCheck:
    return NewCheck(origin=Origin.CARD, institution_code="1319999999", reader="1", evidence=evidence)


def by_numbers(numbers: SearchInfo = NUMBERS) -> NewCheck:
    message = RequestMessage(message_body=RequestBody(qualification_confirm_search_info=numbers))
    return NewCheck(
        origin=Origin.MANUAL, institution_code="1319999999", request_xml=message_xml.write(message)
    )


def asked(
    ledger: Ledger,
    new: NewCheck,
    validity: str | None = "1",
    *qualifications: Qualification,
    echo: SearchInfo | None = None,
) -> str:
    """A check that is answered at once; its id."""
    check_id = checks.open_check(ledger, new, NOW)
    taken = checks.claim(ledger, "me", NOW, LEASE)
    assert taken is not None
    message = ResultMessage(
        message_header=ResultHeader(segment_of_result="1"),
        message_body=ResultBody(
            qualification_validity=validity,
            result_list=qualifications,
            qualification_confirm_search_info=echo,
        ),
    )
    xml = message_xml.write(message)
    assert results.record(
        ledger, check_id, "me", xml=xml, qualification_validity=validity, refusal=None, now=NOW
    )
    return check_id


def known(ledger: Ledger, new: NewCheck) -> LastAnswer | None:
    """What is known about somebody who waits now, and then waits no more."""
    check_id = checks.open_check(ledger, new, NOW)
    last = last_answers.of_check(ledger, found(ledger, check_id))
    assert results.withdraw(ledger, check_id, NOW)
    return last


def test_a_card_is_known_again_by_its_certificate_alone(ledger: Ledger, card: CardEvidence) -> None:
    check_id = asked(ledger, by_card(card), "1", VALID)
    again = replace(card, challenge=b"another", signature=b"another", expires_on=date(2030, 1, 1))
    last = known(ledger, by_card(again))
    assert last is not None
    assert (last.check_id, last.is_confirmed, last.answered_at) == (check_id, True, NOW)
    assert last.message.message_body.result_list[0].name == "見本　花子"


def test_another_persons_card_and_an_unreadable_one_are_unknown(
    ledger: Ledger, card: CardEvidence, tmp_path: Path
) -> None:
    asked(ledger, by_card(card), "1", VALID)
    asked(ledger, by_card(EVIDENCE), "1", VALID)
    assert known(ledger, by_card(evidence_of(tmp_path, "p02"))) is None
    assert known(ledger, by_card(EVIDENCE)) is None


def test_what_a_card_brought_is_known_of_its_numbers_too_however_they_are_written(
    ledger: Ledger, card: CardEvidence
) -> None:
    check_id = asked(ledger, by_card(card), "1", VALID)
    last = known(ledger, by_numbers())
    assert last is not None
    assert last.check_id == check_id


@pytest.mark.parametrize(
    "other",
    [
        replace(NUMBERS, insured_branch_number="03"),
        replace(NUMBERS, insured_card_symbol="架空13"),
        replace(NUMBERS, insured_identification_number="3456"),
        replace(NUMBERS, birthdate="19790306"),
        replace(NUMBERS, insurer_number="06139999"),
    ],
)
def test_one_number_apart_is_somebody_else(ledger: Ledger, other: SearchInfo) -> None:
    asked(ledger, by_numbers(), "1", VALID, echo=NUMBERS)
    assert known(ledger, by_numbers(other)) is None


def test_a_later_answer_that_says_no_takes_its_place(ledger: Ledger, card: CardEvidence) -> None:
    asked(ledger, by_card(card), "1", VALID)
    assert last_answers.numbers_of_card(ledger.read, card_mark(card)) is not None
    asked(ledger, by_card(card), "2", VALID)
    last = known(ledger, by_card(card))
    assert last is not None
    assert not last.is_confirmed
    assert last_answers.numbers_of_card(ledger.read, card_mark(card)) is None
    lost = known(ledger, by_numbers())
    assert lost is not None
    assert not lost.is_confirmed


def test_numbers_that_are_not_found_any_more_are_not_known_as_valid(ledger: Ledger) -> None:
    asked(ledger, by_numbers(), "1", VALID, echo=NUMBERS)
    asked(ledger, by_numbers(), "4", echo=NUMBERS)
    last = known(ledger, by_numbers())
    assert last is not None
    assert not last.is_confirmed


def test_of_several_people_none_is_known(ledger: Ledger) -> None:
    either = replace(NUMBERS, insured_branch_number=None)
    asked(ledger, by_numbers(either), "5", VALID, replace(VALID, insured_branch_number="03"), echo=either)
    assert known(ledger, by_numbers()) is None
    last = known(ledger, by_numbers(either))
    assert last is not None
    assert not last.is_confirmed


def test_an_answer_without_a_validity_teaches_nothing(ledger: Ledger, card: CardEvidence) -> None:
    asked(ledger, by_card(card), "1", VALID)
    asked(ledger, by_card(card), None)
    last = known(ledger, by_card(card))
    assert last is not None
    assert last.is_confirmed


def test_the_numbers_of_a_card_carry_no_consent(ledger: Ledger, card: CardEvidence) -> None:
    asked(ledger, by_card(card), "1", replace(VALID, limit_application_certificate_related_cons_flg="1"))
    numbers = last_answers.numbers_of_card(ledger.read, card_mark(card))
    assert numbers is not None
    assert numbers.limit_application_certificate_related_cons_flg == "0"
    assert (numbers.insured_identification_number, numbers.insured_branch_number) == ("0003456", "02")


def test_an_older_ledger_learns_its_cards(box: Box, card: CardEvidence) -> None:
    """As a box of the version before has it, with a card answered twice, one open and one that cannot be read."""
    db = sqlite_utils.Database(box.ledger_file)
    MIGRATIONS.apply(db, stop_before="0008_queue")
    xml = message_xml.write(
        ResultMessage(message_body=ResultBody(qualification_validity="1", result_list=(VALID,)))
    )
    for place, evidence in enumerate(["{}", *[evidence_text.dump(card)] * 3]):
        db.execute(
            """INSERT INTO checks (id, revision, state, origin, institution_code, evidence, received_at, day)
               VALUES (?, 1, ?, 'card', '1319999999', ?, '2026-01-01T00:00:00.000Z', '2026-01-01')""",
            [f"{place:032x}", "answered" if place in (1, 2) else "waiting", evidence],
        )
    for place, day in ((1, 9), (2, 8)):
        db.execute(
            "INSERT INTO results VALUES (?, ?, '1', ?)",
            [f"{place:032x}", xml, f"2026-01-0{day}T00:00:00.000Z"],
        )
    db.conn.commit()
    db.close()
    with closing(Ledger.of(box)) as ledger:
        last = last_answers.of_check(ledger, found(ledger, f"{3:032x}"))
        assert last is not None
        assert last.check_id == f"{1:032x}"
        assert last.answered_at - NOW < timedelta(0)
        assert found(ledger, f"{3:032x}").card_mark == card_mark(card)
