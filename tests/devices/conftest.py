"""The drawer of virtual cards, and the authorities that made them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.demo.card_box import CardBox
from appliance.demo.card_ca import trust_anchors
from appliance.devices.certificate import TrustStore
from tests.pcsc_socket import point_at

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def drawer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cards' keys and counters lie; one for all tests, because RSA keys take their time."""
    return tmp_path_factory.mktemp("drawer")


@pytest.fixture
def drawer(drawer_folder: Path) -> CardBox:
    """All cards, with their PIN counters as new."""
    box = CardBox(drawer_folder)
    for who in ("p01", "p28", "p30", "p31"):
        box.restore_pins(who)
    return box


@pytest.fixture(scope="session")
def trust(drawer_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    """A trust store that holds the drawer's authorities."""
    folder = tmp_path_factory.mktemp("trust")
    for name, pem in trust_anchors(drawer_folder, NOW).items():
        (folder / name).write_bytes(pem)
    return TrustStore.load(folder)


@pytest.fixture(autouse=True)
def reached_pcscd(request: pytest.FixtureRequest) -> None:
    """Lead this process's PC/SC calls to the test's card world, where it has one."""
    if "world" in request.fixturenames:
        point_at(request.getfixturevalue("world").pcscd_socket)
