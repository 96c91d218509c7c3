"""Eight readers on one box, their patients at the same time, by the real pcscd."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.demo.people import person
from appliance.devices.ladder import Pauses
from appliance.eligibility.visit import Phase
from appliance.ledger import checks
from tests.devices.reader_clinic import Clinic, open_clinic

pytestmark = pytest.mark.timeout(120)

READERS = 8
PEOPLE = tuple(f"p{number:02d}" for number in range(1, READERS + 1))


@pytest.fixture(scope="module")
def world() -> Iterator[CardWorldHandle]:
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder:
        handle = start_card_world(Path(folder), READERS)
        yield handle
        handle.stop()


@pytest.fixture
def clinic(box_dir: Path, world: CardWorldHandle) -> Iterator[Clinic]:
    yield from open_clinic(box_dir, world, READERS, Pauses(), PEOPLE)


def whole_visit(clinic: Clinic, reader: int) -> None:
    clinic.pin(reader)
    clinic.consents(reader)
    clinic.at(reader, Phase.ASKING)


def test_eight_patients_at_once_each_get_a_check_of_their_own(clinic: Clinic) -> None:
    for reader, who in enumerate(PEOPLE, start=1):
        clinic.world.insert(reader, who)
    with ThreadPoolExecutor(READERS) as pool:
        for outcome in [pool.submit(whole_visit, clinic, reader) for reader in range(1, READERS + 1)]:
            outcome.result()
    found = {}
    for check in checks.recent(clinic.ledger, 20):
        assert check.evidence is not None
        found[check.reader] = x509.load_der_x509_certificate(check.evidence.certificate_der).serial_number
    assert found == {
        str(reader): person(who).certificate_serial for reader, who in enumerate(PEOPLE, start=1)
    }


def test_a_reader_whose_card_is_pulled_disturbs_none_of_the_seven_others(clinic: Clinic) -> None:
    for reader, who in enumerate(PEOPLE, start=1):
        clinic.world.insert(reader, who)
    before = {reader: clinic.at(reader, Phase.PIN).visit for reader in range(1, READERS + 1)}
    clinic.world.remove(3)
    clinic.at(3, Phase.FAILED)
    whole_visit(clinic, 7)
    others = [reader for reader in range(1, READERS + 1) if reader not in (3, 7)]
    assert {reader: clinic.at(reader, Phase.PIN).visit for reader in others} == {
        reader: before[reader] for reader in others
    }
