"""Readers that fail and are brought back, by the real pcscd; in the place of systemd the card world restarts it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import wanted
from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.devices.ladder import Pauses
from appliance.eligibility.reader_recovery import Rung
from appliance.eligibility.visit import Phase
from tests.devices.reader_clinic import Clinic, open_clinic

pytestmark = pytest.mark.timeout(90)

QUICK = Pauses(look=0.2, first=1.0, settle=3.0, hung=2.5, reopen=0.05)


@pytest.fixture
def world() -> Iterator[CardWorldHandle]:
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder:
        handle = start_card_world(Path(folder), 2)
        yield handle
        handle.stop()


@pytest.fixture
def clinic(world: CardWorldHandle) -> Iterator[Clinic]:
    """Devices with short pauses in the world's own state folder, as in a demo, so that its wishes are granted."""
    yield from open_clinic(world.state_folder, world, 2, QUICK)


def restarts(clinic: Clinic) -> int:
    return int(clinic.world.state()["pcscd_restarts_granted"])


def test_a_card_that_hangs_is_opened_anew_before_the_patient_hears_of_it(clinic: Clinic) -> None:
    clinic.world.stick(1, "power")
    clinic.world.insert(1, "p01")
    clinic.pin(1)
    assert clinic.at(1, Phase.CONSENTS).recovery is Rung.NONE
    assert restarts(clinic) == 0


def test_a_reader_that_only_a_restart_heals_gets_one(clinic: Clinic) -> None:
    clinic.world.stick(1, "pcscd")
    for _ in range(3):
        clinic.world.insert(1, "p01")
        assert clinic.at(1, Phase.FAILED).trouble_code == "CARD-003"
        clinic.world.remove(1)
        clinic.at(1, Phase.IDLE)
    clinic.world.insert(1, "p01")
    assert clinic.at(1, Phase.PIN).tries_left == 3
    assert restarts(clinic) == 1
    assert clinic.until(1, lambda at: at.recovery is Rung.NONE).trouble_code is None


def test_a_pcscd_that_hangs_is_restarted_and_the_patient_goes_on(clinic: Clinic) -> None:
    clinic.world.hang_pcscd()
    assert clinic.at(1, Phase.OFFLINE).trouble_code == "READER-002"
    seen = clinic.until(2, lambda at: at.recovery is not Rung.NONE).recovery
    assert seen in (Rung.NEW_CONTEXT, Rung.RESTART)
    clinic.until(2, lambda at: at.recovery is Rung.NONE and at.phase is Phase.IDLE)
    assert restarts(clinic) == 1
    clinic.world.insert(2, "p02")
    clinic.pin(2)
    clinic.at(2, Phase.CONSENTS)
    assert wanted.take(wanted.folder_of(clinic.box.run_dir)) == ()
