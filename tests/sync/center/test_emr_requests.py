"""What an EMR asks, worked off by the asker at the virtual center: found, registered, waited for, and called off in time."""

import json
from typing import Any

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.demo.people import person
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.ledger import consumer_answers, consumer_terms, deliveries
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.ledger.consumer_terms import Term
from appliance.ledger.request_desk import RequestDesk
from appliance.ledger.times import utc_now
from tests.sync.center.clinic import Clinic


class Emr:
    """Asks at the desk where requests from every way come in."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        book = packaged_book()
        self._desk = RequestDesk(clinic.settings, clinic.ledger, lambda day: laws(book, LawSide.INSURER, day))
        consumer_terms.allow(clinic.ledger, "emr", Term)

    def ask(self, operation: str, request_id: str, **members: str) -> dict[str, Any]:
        """The answer, which must have taken the request."""
        values = {"operation": operation, "request_id": request_id, **members}
        said = self._desk.answered("emr", json.dumps(values).encode(), utc_now())
        assert said["accepted"], said["trouble"]
        return said


@pytest.fixture
def emr(clinic: Clinic) -> Emr:
    return Emr(clinic)


def numbers_of(person_id: str) -> dict[str, str]:
    """What stands on the document, an insurer's number without the zero that spreadsheets lose."""
    one = person(person_id).qualifications[0]
    return {
        "insurer_number": normal_insurer_number(one.insurer_number or "").removeprefix("0"),
        "symbol": one.insured_card_symbol or "",
        "number": one.insured_identification_number or "",
        "branch": one.insured_branch_number or "",
    }


def test_a_patient_is_found_by_the_numbers_an_emr_sends(clinic: Clinic, emr: Emr) -> None:
    clinic.start_asker()
    birthdate = f"{person('p01').birthdate:%Y/%m/%d}"
    asked = emr.ask("check", "r-1", birthdate=birthdate, **numbers_of("p01"))
    clinic.until_state(CheckState.ANSWERED, asked["check_id"])
    assert clinic.check(asked["check_id"]).qualification_validity == "1"
    assert emr.ask("stand", "r-1")["state"] == "answered"
    (owed,) = deliveries.of_check(clinic.ledger, asked["check_id"])
    assert (owed.consumer, owed.request_id) == ("emr", "r-1")


def test_a_number_is_taken_by_the_center_and_shown_at_the_next_look(clinic: Clinic, emr: Emr) -> None:
    clinic.start_asker()
    asked = emr.ask("register", "r-1", patient="000777", **numbers_of("p01"))
    clinic.until_state(CheckState.ANSWERED, asked["check_id"])
    (owed,) = deliveries.of_check(clinic.ledger, asked["check_id"])
    told = consumer_answers.outcome(owed, clinic.check(asked["check_id"]))
    assert (told["request_id"], told["registration"]["registered"]) == ("r-1", True)
    looked = clinic.by_numbers("p01")
    clinic.until_state(CheckState.ANSWERED, looked)
    assert "000777" in (clinic.check(looked).result_xml or b"").decode()


def test_while_the_line_is_down_it_waits_and_can_be_called_off(
    clinic: Clinic, emr: Emr, center: RunningCenter
) -> None:
    center.fault("down")
    clinic.start_asker()
    birthdate = f"{person('p01').birthdate:%Y%m%d}"
    kept, dropped = (
        emr.ask("check", name, birthdate=birthdate, **numbers_of("p01"))["check_id"] for name in "ab"
    )
    clinic.until_line(LinkState.DOWN, "LINE-001")
    clinic.until_state(CheckState.WAITING, kept, dropped)
    assert emr.ask("cancel", "c", of="b")["state"] == "withdrawn"
    center.heal()
    clinic.until_state(CheckState.ANSWERED, kept)
    assert clinic.check(dropped).state is CheckState.WITHDRAWN
    assert clinic.owed(dropped) == []
