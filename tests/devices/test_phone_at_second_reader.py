"""Phones at a second reader beside the first, over the real pcscd: one visit, one screen, and everything else told apart."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.eligibility.evidence import Medium
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase, Way
from appliance.hatch import TypedPin, WantedPhone, WantedWay, pass_through
from appliance.ledger import checks, readers
from appliance.ledger.readers import Reader
from tests.devices.reader_clinic import Clinic, open_clinic

FIRST, SECOND = 1, 2


@pytest.fixture(scope="module")
def world() -> Iterator[CardWorldHandle]:
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder:
        handle = start_card_world(Path(folder), 2)
        yield handle
        handle.stop()


@pytest.fixture
def clinic(box_dir: Path, world: CardWorldHandle) -> Iterator[Clinic]:
    """A clinic whose second reader was said to read phones while it was running."""
    for clinic in open_clinic(box_dir, world, 2):
        readers.read_phones_for(clinic.ledger, "2", "1")
        clinic.until(FIRST, lambda at: at.manner.phone)
        clinic.at(SECOND, Phase.IDLE)
        yield clinic


def to_pin(clinic: Clinic) -> Reader:
    """Say that there is an Android phone."""
    clinic.at(FIRST, Phase.IDLE)
    pass_through(clinic.box.hatch_socket, WantedPhone("1", ""))
    at = clinic.at(FIRST, Phase.CHOOSE)
    pass_through(clinic.box.hatch_socket, WantedWay("1", at.visit or "", Way.ANDROID))
    return clinic.at(FIRST, Phase.PIN)


def to_hold(clinic: Clinic, pin: str = "1234") -> Reader:
    """And type its PIN."""
    to_pin(clinic)
    clinic.pin(FIRST, pin)
    return clinic.at(FIRST, Phase.PHONE)


def test_a_phone_becomes_one_check_at_the_first_reader(clinic: Clinic) -> None:
    to_hold(clinic)
    clinic.world.hold_phone(SECOND, "p01")
    clinic.at(FIRST, Phase.CONSENTS)
    clinic.world.remove(SECOND)
    clinic.consents(FIRST)
    clinic.at(FIRST, Phase.ASKING)
    (check,) = checks.recent(clinic.ledger, 10)
    assert check.reader == "1"
    assert check.evidence is not None
    assert check.evidence.medium is Medium.ANDROID
    assert clinic.at(SECOND, Phase.IDLE).visit is None


def test_wrong_pins_are_counted_on_the_phone_and_the_last_try_is_left(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    to_hold(clinic, "9999")
    clinic.world.hold_phone(SECOND, "p01")
    again = clinic.until(FIRST, lambda at: at.tries_left == 2)
    assert (again.phase, again.trouble_code) == (Phase.PIN, "CARD-004")
    clinic.pin(FIRST, "8888")
    assert clinic.at(FIRST, Phase.FAILED).trouble_code == "PHONE-007"
    assert "ins=20" in caplog.text
    assert "9999" not in caplog.text
    clinic.at(FIRST, Phase.IDLE)
    # Held anew it is known before a PIN is typed in vain.
    clinic.world.remove(SECOND)
    clinic.world.hold_phone(SECOND, "p01")
    assert clinic.at(FIRST, Phase.FAILED).trouble_code == "PHONE-007"


def test_a_phone_taken_away_too_early_may_come_again_with_the_pin_typed_again(clinic: Clinic) -> None:
    to_hold(clinic)
    clinic.world.die_after(SECOND, 4)
    clinic.world.hold_phone(SECOND, "p01")
    assert clinic.until(FIRST, lambda at: at.trouble_code is not None).trouble_code == "PHONE-004"
    clinic.world.die_after(SECOND, None)
    clinic.pin(FIRST)
    clinic.world.hold_phone(SECOND, "p01")
    clinic.at(FIRST, Phase.CONSENTS)


def test_what_is_no_android_phone_is_told_apart_before_a_pin(clinic: Clinic) -> None:
    for what, code in (("p01", "PHONE-001"), ("iphone", "PHONE-002"), ("foreign", "PHONE-003")):
        clinic.world.insert(SECOND, what)
        assert clinic.at(FIRST, Phase.FAILED).trouble_code == code
        clinic.at(FIRST, Phase.IDLE)
    assert checks.recent(clinic.ledger, 10) == ()


def test_a_phone_on_the_reader_for_cards_is_sent_to_the_other_one(clinic: Clinic) -> None:
    clinic.world.hold_phone(FIRST, "p01")
    assert clinic.at(FIRST, Phase.FAILED).trouble_code == "PHONE-005"


def test_a_phone_beside_a_card_gets_neither_its_pin_nor_its_visit(clinic: Clinic) -> None:
    clinic.world.insert(FIRST, "p01")
    at = clinic.at(FIRST, Phase.PIN)
    clinic.world.hold_phone(SECOND, "p02")
    clinic.pin(FIRST)
    assert clinic.at(FIRST, Phase.CONSENTS).visit == at.visit
    clinic.consents(FIRST)
    clinic.at(FIRST, Phase.ASKING)
    (check,) = checks.recent(clinic.ledger, 10)
    assert check.evidence is not None
    assert check.evidence.medium is Medium.CARD


def test_a_card_beside_a_phone_that_was_read_stops_both(clinic: Clinic) -> None:
    to_hold(clinic)
    clinic.world.hold_phone(SECOND, "p01")
    clinic.at(FIRST, Phase.CONSENTS)
    clinic.world.insert(FIRST, "p02")
    assert clinic.at(FIRST, Phase.FAILED).trouble_code == "PHONE-006"
    clinic.world.remove(FIRST)
    clinic.at(FIRST, Phase.IDLE)
    assert checks.recent(clinic.ledger, 10) == ()


def test_it_becomes_a_reader_for_cards_again_and_its_visits_are_its_own(clinic: Clinic) -> None:
    at = to_pin(clinic)
    readers.read_phones_for(clinic.ledger, "2", None)
    assert clinic.at(FIRST, Phase.FAILED).trouble_code == "READER-001"
    clinic.world.insert(SECOND, "p02")
    clinic.at(SECOND, Phase.PIN)
    assert not clinic.at(FIRST, Phase.IDLE).manner.phone
    for touch in (TypedPin("1", at.visit or "", "1234"), WantedPhone("1", "")):
        with pytest.raises(Trouble, match="VISIT-001"):
            pass_through(clinic.box.hatch_socket, touch)
