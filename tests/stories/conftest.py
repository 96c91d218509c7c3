"""One demo a module of stories: it takes seconds to start, and a morning at reception is one morning."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.demo_box import DemoBox, start


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoBox]:
    """A demo with two readers."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        running = start(Path(folder), readers=2)
        yield running
        try:
            assert running.stop() == 0
        finally:
            running.close()
