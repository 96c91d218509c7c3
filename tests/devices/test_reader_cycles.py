"""A short run of `make cycles`, and pcscd killed at each step of a visit."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.eligibility.visit import Phase
from appliance.ledger import checks, results
from appliance.ledger.times import utc_now
from tests.devices.reader_clinic import Clinic
from tests.devices.reader_cycles import clinic_in, run

pytestmark = pytest.mark.timeout(120)

CYCLES = 10
STEPS = (Phase.READING, Phase.PIN, Phase.CHECKING_PIN, Phase.CONSENTS, Phase.ASKING, Phase.DONE)


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder, clinic_in(Path(folder)) as found:
        yield found


def test_every_card_laid_is_a_visit_of_its_own(clinic: Clinic) -> None:
    assert len(run(clinic, CYCLES)) == CYCLES


def lead_to(clinic: Clinic, phase: Phase) -> str:
    """Lay a card and go on to `phase`; the visit that is there."""
    if phase is Phase.READING:
        clinic.world.set_latency(150)
    if phase is Phase.CHECKING_PIN:
        clinic.world.set_sign_time(2000)
    clinic.world.insert(1, "p01")
    if phase in (Phase.CHECKING_PIN, Phase.CONSENTS, Phase.ASKING, Phase.DONE):
        clinic.pin(1)
    if phase in (Phase.ASKING, Phase.DONE):
        clinic.consents(1)
    if phase is Phase.DONE:
        answer(clinic)
    return clinic.at(1, phase).visit or ""


def answer(clinic: Clinic) -> None:
    """What the center would say: every question is about somebody who is insured."""
    clinic.at(1, Phase.ASKING)
    while check := checks.claim(clinic.ledger, "center", utc_now(), timedelta(seconds=30)):
        results.record(
            clinic.ledger,
            check.id,
            "center",
            xml=b"<XmlMsg/>",
            qualification_validity="1",
            refusal=None,
            now=utc_now(),
        )


@pytest.mark.parametrize("phase", STEPS)
def test_pcscd_killed_at_a_step_ends_the_visit_and_the_next_one_works(clinic: Clinic, phase: Phase) -> None:
    known = len(checks.recent(clinic.ledger, 50))
    before = lead_to(clinic, phase)
    clinic.world.kill_pcscd()
    clinic.world.set_latency(0)
    clinic.world.set_sign_time(0)
    again = clinic.until(1, lambda at: at.phase is Phase.PIN and at.visit != before)
    assert (again.tries_left, again.trouble_code) == (3, None)
    assert len(checks.recent(clinic.ledger, 50)) - known == (phase in (Phase.ASKING, Phase.DONE))
    clinic.pin(1)
    clinic.at(1, Phase.CONSENTS)
    clinic.world.remove(1)
    clinic.at(1, Phase.IDLE)
