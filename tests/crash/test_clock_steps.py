"""The clock is set by a year, forward and back, in the middle of everything: nothing is lost, done twice or stuck."""

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.demo import center_pki
from appliance.eligibility.certificate import Place
from appliance.ledger import certificates, checks, deliveries
from appliance.ledger.checks import CheckState
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.sync.certificates.key_safe import safe_of
from appliance.sync.certificates.store import CertificateStore
from tests.crash import tally
from tests.crash.boundaries import Killing
from tests.crash.clinic import EMR, FOLDER_CONSUMER, Clinic, open_clinic

YEAR = timedelta(days=365)
SLOW: dict[str, Any] = {"retry_first": 4.0, "retry_longest": 8.0, "offer_first": 4.0, "offer_longest": 8.0}
"""So that what is put off is still put off when the clock is set, and due well before a test gives up."""
SOON = 30.0
PHRASE = "correct horse"


@pytest.fixture(scope="module")
def everything() -> Iterator[Killing]:
    """One clinic for all of these tests."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        open_clinic(Path(folder), **SLOW) as clinic,
    ):
        _hold_another_certificate(clinic)
        yield Killing(clinic)


def _hold_another_certificate(clinic: Clinic) -> None:
    """Beside the one in use, which is over in a year, one that lasts for three and waits its turn."""
    code = clinic.settings.institution_code
    content = center_pki.clinic_pkcs12(clinic.box.root, code, PHRASE, utc_now(), days=1186)
    store = CertificateStore(clinic.box, clinic.ledger, safe_of(clinic.box), (code,), utc_now)
    certificates.accept(clinic.ledger, store.offer(content, PHRASE, "test").fingerprint)


@pytest.fixture
def killing(everything: Killing) -> Iterator[Killing]:
    """With a sync process whose clock is right, until a test sets it."""
    clinic = everything.clinic
    clinic.switches.set_clock(timedelta(0))
    clinic.start("sync", mortal=True)
    clinic.until("sync at rest", everything.is_at_rest)
    yield everything
    clinic.kill("sync")


def _state(clinic: Clinic, check_id: str) -> CheckState | None:
    check = checks.find(clinic.ledger, check_id)
    return check.state if check else None


def _tries(clinic: Clinic, consumer: str) -> int:
    found = (
        one.tries
        for check in checks.recent(clinic.ledger, 50)
        for one in deliveries.of_check(clinic.ledger, check.id)
        if one.consumer == consumer and one.state is DeliveryState.PENDING
    )
    return max(found, default=0)


@contextlib.contextmanager
def _no_acknowledgements(clinic: Clinic) -> Iterator[None]:
    """What the EMR says meanwhile gets lost."""
    acknowledge = clinic.emr.acknowledge
    clinic.emr.acknowledge = lambda delivery_id: None  # type: ignore[method-assign]
    yield
    clinic.emr.acknowledge = acknowledge  # type: ignore[method-assign]


@contextlib.contextmanager
def _no_place(clinic: Clinic) -> Iterator[None]:
    """A file lies where results should be put."""
    results = clinic.folder / "res"
    results.rename(clinic.folder / "kept")
    results.touch()
    yield
    results.unlink()
    (clinic.folder / "kept").rename(results)


def _leave_everything_half_done(killing: Killing) -> None:
    """One check of each kind that waits for a moment, and a bulk job that the center is at. Then the center is slow."""
    clinic = killing.clinic
    clinic.center.ask("bulk-delay", seconds=3.0)
    killing.let_run_go()
    clinic.until("the job is accepted", lambda: _chunk_state(clinic) == "accepted")
    with _no_acknowledgements(clinic), _no_place(clinic):
        killing.drop()
        killing.enter()
        clinic.until(
            "both are offered", lambda: min(_tries(clinic, EMR), _tries(clinic, FOLDER_CONSUMER)) > 0
        )
    clinic.center.fault("garbage")
    killing.enter()
    put_back = _newest(killing)
    clinic.until("one is put back", lambda: _state(clinic, put_back) is CheckState.WAITING)
    clinic.center.fault("slow", seconds=10.0)
    killing.enter()
    under_way = _newest(killing)
    clinic.until("one is being asked", lambda: _state(clinic, under_way) is CheckState.ASKING)


def _newest(killing: Killing) -> str:
    return next(reversed(killing.said.entries.values()))


def _chunk_state(clinic: Clinic) -> str:
    row = clinic.ledger.read.execute("SELECT state FROM bulk_chunks ORDER BY rowid DESC").fetchone()
    return str(row["state"]) if row else ""


def _expect_everything(killing: Killing) -> None:
    killing.clinic.center.heal()
    killing.clinic.until("everything is done", killing.is_at_rest, SOON)
    asked = killing.clinic.center.ask("state")["checks"]
    found = tally.count(killing.clinic.ledger, killing.said, killing.clinic.emr.inbox.messages(), asked)
    assert found.line == "lost 0 twice 0", tally.as_text(found)
    held = {one.place for one in certificates.held(killing.clinic.ledger)}
    assert held == {Place.ACTIVE, Place.WAITING}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("step", [YEAR, -YEAR], ids=["forward", "back"])
def test_while_sync_runs(killing: Killing, step: timedelta) -> None:
    _leave_everything_half_done(killing)
    killing.clinic.switches.set_clock(step)
    _expect_everything(killing)
    killing.enter()
    killing.drop()
    _expect_everything(killing)
    killing.clinic.switches.set_clock(timedelta(0))
    killing.enter()
    _expect_everything(killing)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("step", [YEAR, -YEAR], ids=["forward", "back"])
def test_while_the_box_is_off(killing: Killing, step: timedelta) -> None:
    _leave_everything_half_done(killing)
    killing.clinic.kill("sync")
    killing.clinic.switches.set_clock(step)
    killing.clinic.start("sync", mortal=True)
    _expect_everything(killing)
