"""A box that is looked at: its ledger and a folder in the machine's place."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.health.machine import Machine
from appliance.health.surroundings import Surroundings
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from tests.ledger.desk import NOW

At = Callable[..., Surroundings]


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    box.create()
    box.save(Settings(institution_code="1319999999"))
    return box


@pytest.fixture
def ledger(box: Box) -> Iterator[Ledger]:
    with closing(Ledger.of(box)) as found:
        yield found


@pytest.fixture
def machine(box_dir: Path) -> Machine:
    (box_dir / "machine").mkdir()
    return Machine(box_dir / "machine")


@pytest.fixture
def at(box: Box, ledger: Ledger, machine: Machine) -> At:
    """What the checks look at, at a moment."""
    return lambda now=NOW: Surroundings(box, box.load(), ledger, now, machine)
