"""Whose insurance is known, and by what they are found again."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Outcome, Urgency
from appliance.ledger import known_insurances
from appliance.ledger.database import Ledger

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FACTS = {"insurer_number": "06139992", "number": "3456", "branch": "00", "ratio": "030"}


def asked(**changes: str) -> Appointment:
    values = {
        "insurer_number": "06139992",
        "number": "3456",
        "branch": "00",
        "birthdate": "19800217",
    } | changes
    return Appointment(line=1, **values)


def learn(
    ledger: Ledger, one: Appointment, facts: dict[str, str], *, days: int = 0, validity: str = "1"
) -> None:
    outcome = Outcome(Urgency.VALID, validity=validity, facts=(facts,))
    known_insurances.learn(ledger, [(one, outcome)], NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({}, True),
        ({"branch": ""}, True),
        ({"number": "３４５６"}, True),
        ({"patient": "101", "insurer_number": "39139993", "number": "1", "birthdate": ""}, True),
        ({"branch": "01"}, False),
        ({"birthdate": "19800218"}, False),
        ({"insurer_number": "39139993"}, False),
    ],
)
def test_by_what_a_person_is_found(ledger: Ledger, changes: dict[str, str], is_known: bool) -> None:
    learn(ledger, asked(patient="101"), FACTS)
    assert known_insurances.of_person(ledger, asked(**changes)) == (FACTS if is_known else {})


def test_the_latest_answer_counts_whatever_the_order(ledger: Ledger) -> None:
    learn(ledger, asked(), FACTS | {"ratio": "020"}, days=1)
    learn(ledger, asked(), FACTS)
    assert known_insurances.of_person(ledger, asked())["ratio"] == "020"


def test_twins_are_not_taken_for_each_other(ledger: Ledger) -> None:
    learn(ledger, asked(branch="02"), FACTS | {"branch": "02"})
    learn(ledger, asked(branch="03"), FACTS | {"branch": "03"})
    learn(ledger, asked(branch="03"), FACTS | {"branch": "03"}, days=1)
    assert known_insurances.of_person(ledger, asked(branch="")) == {}
    assert known_insurances.of_person(ledger, asked(branch="02"))["branch"] == "02"


def test_what_was_not_valid_is_not_known(ledger: Ledger) -> None:
    learn(ledger, asked(), FACTS, validity="2")
    assert known_insurances.of_person(ledger, asked()) == {}


def test_nothing_is_looked_at_twice(ledger: Ledger) -> None:
    assert not known_insurances.catch_up(ledger, NOW)
