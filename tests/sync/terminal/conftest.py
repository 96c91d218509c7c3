"""A guest of a terminal, with ordinary settings or with the test's."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sync.terminal.guest import Guest

GuestMaker = Callable[..., Guest]


@pytest.fixture
def make_guest(box_dir: Path) -> Iterator[GuestMaker]:
    """Makes the test's guest with changed settings."""
    made: list[Guest] = []

    def make(**changes: Any) -> Guest:
        made.append(Guest(box_dir, **changes))
        return made[-1]

    yield make
    for guest in made:
        guest.close()


@pytest.fixture
def guest(make_guest: GuestMaker) -> Guest:
    """A box beside a terminal, its lane not started."""
    return make_guest()
