"""Fixtures of the sync room: a box with its broker, and one with its shared folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.station import Station


@pytest.fixture
def station(box_dir: Path) -> Iterator[Station]:
    """A box with consumers `emr` and `other`, its mosquitto running on a free port, no lane yet."""
    made = Station(box_dir)
    try:
        made.add_consumer("emr")
        made.add_consumer("other")
        made.start_broker()
        yield made
    finally:
        made.close()
