"""Fixtures of the sync room: a box with its broker, and one with its shared folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.ledger import consumers
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import utc_now
from tests.sync.folders import CONSUMER, SharedFolder
from tests.sync.station import Station


@pytest.fixture
def station(box_dir: Path) -> Iterator[Station]:
    """A box with consumers `emr` and `other`, its mosquitto running on a free port, no lane yet.

    So slow to offer again by itself that no test can live on that: something else must bring the result.
    """
    made = Station(box_dir, offer_first=600.0, offer_longest=600.0)
    try:
        made.add_consumer("emr")
        made.add_consumer("other")
        made.start_broker()
        yield made
    finally:
        made.close()


@pytest.fixture
def shared(box_dir: Path) -> Iterator[SharedFolder]:
    """A box's shared folder without the lane's thread."""
    made = SharedFolder(box_dir)
    yield made
    made.ledger.close()


@pytest.fixture
def folder_station(box_dir: Path) -> Iterator[Station]:
    """A box with a folder consumer and no broker, impatient enough for a test."""
    made = Station(box_dir, folder_settle=0.1, folder_patience=1.0, offer_first=0.1, offer_longest=0.2)
    consumers.add(made.ledger, CONSUMER, ConsumerKind.FOLDER, utc_now())
    yield made
    made.close()
