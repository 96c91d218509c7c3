"""The devices process against the real pcscd and virtual cards: visits from the card to the ledger."""

import gc
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.eligibility.evidence import CardEvidence, CertificateStatus
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS, Language, Phase
from appliance.hatch import Cancelled, StaffCalled, TypedPin, pass_through
from appliance.ledger import checks, reader_tests, readers, results
from appliance.ledger.times import utc_now
from tests.devices.reader_clinic import CODE, Clinic, open_clinic


@pytest.fixture(scope="module")
def world() -> Iterator[CardWorldHandle]:
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder:
        handle = start_card_world(Path(folder), 2)
        yield handle
        handle.stop()


@pytest.fixture
def clinic(box_dir: Path, world: CardWorldHandle) -> Iterator[Clinic]:
    yield from open_clinic(box_dir, world, 2)


def test_card_pin_and_consents_become_one_check(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    clinic.pin(1)
    # The page was in English when it was pressed, whatever reception has chosen for the visit meanwhile.
    clinic.consents(1, Language.ENGLISH)
    clinic.at(1, Phase.ASKING)
    (check,) = checks.recent(clinic.ledger, 10)
    assert (check.reader, check.consents) == ("1", ALL_CONSENTS)
    assert check.consent_record is not None
    assert check.consent_record.language is Language.ENGLISH
    assert check.evidence is not None
    assert check.evidence.certificate_status is CertificateStatus.VALID


def test_answer_of_the_center_reaches_the_patient_and_the_taken_card_ends_it(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    clinic.pin(1)
    clinic.consents(1)
    clinic.at(1, Phase.ASKING)
    check = checks.claim(clinic.ledger, "center", utc_now(), timedelta(seconds=30))
    assert check is not None
    results.record(
        clinic.ledger,
        check.id,
        "center",
        xml=b"<XmlMsg/>",
        qualification_validity="1",
        refusal=None,
        now=utc_now(),
    )
    clinic.at(1, Phase.DONE)
    clinic.world.remove(1)
    clinic.at(1, Phase.IDLE)


def test_two_readers_lead_two_visits_that_do_not_mix(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    clinic.world.insert(2, "p02")
    first, second = clinic.at(1, Phase.PIN), clinic.at(2, Phase.PIN)
    with pytest.raises(Trouble, match="VISIT-001"):
        pass_through(clinic.box.hatch_socket, TypedPin("2", first.visit or "", "1234"))
    assert first.visit != second.visit
    clinic.pin(2)
    clinic.consents(2)
    clinic.at(2, Phase.ASKING)
    assert [check.reader for check in checks.recent(clinic.ledger, 10)] == ["2"]
    assert clinic.at(1, Phase.PIN).tries_left == 3


def test_wrong_pin_twice_stops_before_the_last_try(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    clinic.pin(1, "9999")
    again = clinic.until(1, lambda at: at.tries_left == 2)
    assert (again.phase, again.trouble_code) == (Phase.PIN, "CARD-004")
    clinic.pin(1, "8888")
    assert clinic.at(1, Phase.FAILED).trouble_code == "CARD-005"
    assert checks.recent(clinic.ledger, 10) == ()


def test_double_tap_costs_one_try_only(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    at = clinic.pin(1, "9999")
    with pytest.raises(Trouble, match="VISIT-001"):
        pass_through(clinic.box.hatch_socket, TypedPin("1", at.visit or "", "9999", at.tries_left))
    assert clinic.until(1, lambda reader: reader.trouble_code is not None).tries_left == 2


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("mute", "CARD-001"),
        ("foreign", "CARD-002"),
        ("phone", "CARD-010"),
        ("juki", "CARD-002"),
        ("p27", "CARD-007"),
        ("p30", "CARD-006"),
        ("p31", "CARD-005"),
    ],
)
def test_card_that_will_not_do_says_why(clinic: Clinic, who: str, code: str) -> None:
    clinic.world.insert(1, who)
    assert clinic.at(1, Phase.FAILED).trouble_code == code
    clinic.world.remove(1)
    clinic.at(1, Phase.IDLE)


def test_certificate_in_grace_carries_no_medical_consents(clinic: Clinic) -> None:
    clinic.world.insert(1, "p28")
    clinic.pin(1)
    clinic.consents(1)
    clinic.at(1, Phase.ASKING)
    (check,) = checks.recent(clinic.ledger, 10)
    assert check.consents == NO_CONSENTS


def test_card_pulled_mid_read_ends_cleanly_and_the_next_visit_works(clinic: Clinic) -> None:
    clinic.world.die_after(1, 6)
    clinic.world.insert(1, "p01")
    assert clinic.at(1, Phase.FAILED).trouble_code == "CARD-003"
    clinic.world.die_after(1, None)
    clinic.world.insert(1, "p01")
    clinic.at(1, Phase.PIN)
    assert checks.recent(clinic.ledger, 10) == ()


def test_pcscd_killed_at_the_pin_page_starts_the_visit_anew(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    before = clinic.at(1, Phase.PIN)
    clinic.world.kill_pcscd()
    again = clinic.until(1, lambda at: at.phase is Phase.PIN and at.visit != before.visit)
    assert again.tries_left == 3


def test_cancel_and_staff_call_stand_in_the_ledger(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    visit = clinic.at(1, Phase.PIN).visit or ""
    pass_through(clinic.box.hatch_socket, StaffCalled("1", visit))
    assert clinic.until(1, lambda at: at.staff_called).phase is Phase.PIN
    pass_through(clinic.box.hatch_socket, Cancelled("1", visit))
    assert clinic.at(1, Phase.FAILED).trouble_code == "VISIT-003"


def test_a_visit_stopped_at_its_consents_leaves_no_evidence_in_memory(clinic: Clinic) -> None:
    def evidence() -> set[int]:
        return {id(one) for one in gc.get_objects() if isinstance(one, CardEvidence)}

    before = evidence()
    clinic.world.insert(1, "p01")
    at = clinic.pin(1)
    clinic.at(1, Phase.CONSENTS)
    assert evidence() - before
    pass_through(clinic.box.hatch_socket, Cancelled("1", at.visit or ""))
    clinic.world.remove(1)
    clinic.at(1, Phase.IDLE)
    assert not evidence() - before


def test_malformed_pin_never_reaches_the_card(clinic: Clinic) -> None:
    clinic.world.insert(1, "p01")
    visit = clinic.at(1, Phase.PIN).visit or ""
    with pytest.raises(Trouble, match="INPUT-001"):
        pass_through(clinic.box.hatch_socket, TypedPin("1", visit, "12a4"))
    assert clinic.at(1, Phase.PIN).tries_left == 3


def test_cards_are_asked_about_under_the_code_their_reader_belongs_to(clinic: Clinic) -> None:
    """Also the challenge that the card signs holds that code; whoever assigns a reader restarts nothing."""
    dental = "1339999995"
    assert readers.assign(clinic.ledger, "2", dental)
    for number, person in ((1, "p01"), (2, "p02")):
        clinic.world.insert(number, person)
        clinic.pin(number)
        clinic.consents(number)
        clinic.at(number, Phase.ASKING)
    found = {check.reader: check for check in checks.recent(clinic.ledger, 10)}
    assert {name: check.institution_code for name, check in found.items()} == {"1": CODE, "2": dental}
    for check in found.values():
        assert check.evidence is not None
        assert check.institution_code.encode() in check.evidence.challenge


def test_a_reader_out_of_service_reads_no_card_until_it_is_taken_back(clinic: Clinic) -> None:
    key = clinic.at(2, Phase.IDLE).key
    readers.enable(clinic.ledger, key, enabled=False)
    with clinic.ledger.listen() as ear:
        while True:  # the test's time limit bounds it
            out = readers.find_by_key(clinic.ledger, key)
            if out is not None and out.phase is Phase.OFFLINE:
                break
            ear.wait()
    clinic.world.insert(2, "p02")
    clinic.world.insert(1, "p01")
    clinic.at(1, Phase.PIN)
    still = readers.find_by_key(clinic.ledger, key)
    assert still is not None
    assert (still.phase, still.visit) == (Phase.OFFLINE, None)
    clinic.world.remove(2)
    readers.enable(clinic.ledger, key, enabled=True)
    clinic.at(2, Phase.IDLE)
    clinic.world.insert(2, "p02")
    clinic.at(2, Phase.PIN)


def test_a_wish_for_a_test_is_fulfilled(clinic: Clinic) -> None:
    reader_tests.want(clinic.ledger, "hoshu", utc_now())
    with clinic.ledger.listen() as ear:
        while reader_tests.wanted(clinic.ledger) is not None:
            ear.wait()
    for reader in readers.all_readers(clinic.ledger):
        last = reader_tests.last(clinic.ledger, reader.key)
        assert last is not None
        assert last.codes == ()
