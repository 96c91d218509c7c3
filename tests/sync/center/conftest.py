"""One virtual center for the tests of a module, healed before each; a clinic for each test."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.demo import center_pki
from appliance.demo.center_client import RunningCenter, start_center
from appliance.ledger.times import utc_now
from appliance.settings import Box
from tests.demo.card_evidence import INSTITUTION
from tests.sync.center.clinic import Clinic

ClinicMaker = Callable[..., Clinic]


@pytest.fixture(scope="module")
def module_center() -> Iterator[RunningCenter]:
    with tempfile.TemporaryDirectory(prefix="mdg-c-", dir="/tmp") as folder:
        box = Box(Path(folder))
        box.create()
        center_pki.make(box, INSTITUTION, utc_now())
        center = start_center(box.root)
        yield center
        center.stop()


@pytest.fixture
def center(module_center: RunningCenter) -> RunningCenter:
    """The module's center, well and quick."""
    module_center.heal()
    module_center.delay(0)
    return module_center


@pytest.fixture
def make_clinic(box_dir: Path, center: RunningCenter) -> Iterator[ClinicMaker]:
    """Makes the test's clinic with changed settings."""
    made: list[Clinic] = []

    def make(**changes: Any) -> Clinic:
        made.append(Clinic(box_dir, center, **changes))
        return made[-1]

    yield make
    for clinic in made:
        clinic.close()


@pytest.fixture
def clinic(make_clinic: ClinicMaker) -> Clinic:
    """A clinic with ordinary settings."""
    return make_clinic()
