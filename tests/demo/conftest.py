"""A drawer of virtual cards, and a card world with three readers behind the real pcscd."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.demo.card_box import CardBox
from appliance.demo.cards import CardWorldHandle, start_card_world
from tests.demo.card_talk import Talk

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
Drawn = Callable[..., Talk]


@pytest.fixture(scope="session")
def demo_drawer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of keys for all tests, because RSA keys take their time."""
    return tmp_path_factory.mktemp("demo-drawer")


@pytest.fixture
def draw(demo_drawer_folder: Path) -> Drawn:
    """Call it with an id (and a `CardKey`): that card, its PIN counters as new."""
    box = CardBox(demo_drawer_folder)
    drawn: set[str] = set()

    def card(who: str, *kind: object) -> Talk:
        if who not in drawn:
            box.restore_pins(who)
        drawn.add(who)
        return Talk(box.card(who, NOW, *kind))  # type: ignore[arg-type]

    return card


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardWorldHandle]:
    """A running card world with three readers; its folder is deep enough to need the short socket folder."""
    deep = tmp_path_factory.mktemp("world") / ("deep-" * 20)
    handle = start_card_world(deep, 3)
    try:
        yield handle
    finally:
        handle.stop()
