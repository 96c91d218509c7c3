"""A fresh box and its ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.ledger.database import Ledger
from appliance.settings import Box


@pytest.fixture
def box(box_dir: Path) -> Box:
    made = Box(box_dir)
    made.create()
    return made


@pytest.fixture
def ledger(box: Box) -> Iterator[Ledger]:
    opened = Ledger.of(box)
    yield opened
    opened.close()
