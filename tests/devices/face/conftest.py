"""One open eye for all tests of a file, because a model takes half a second to load."""

import pytest

from appliance.devices.face.looking import Eye
from appliance.devices.face.model import STOCK, ModelRecord, load_record


@pytest.fixture(scope="session")
def stock() -> ModelRecord:
    """The record of dlib's own weights."""
    return load_record(STOCK)


@pytest.fixture(scope="session")
def eye(stock: ModelRecord) -> Eye:
    """It looks with dlib's own weights."""
    return Eye(stock)
