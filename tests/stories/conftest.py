"""One demo a module of stories: it takes seconds to start, and a morning at reception is one morning."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.stories import leaks
from tests.stories.demo_box import DemoBox, start


@pytest.fixture(scope="session", autouse=True)
def _addresses(browser: Browser) -> None:
    """Write down what the browsers of the stories ask for."""
    begin = browser.new_context

    def listened_to(**options: Any) -> BrowserContext:
        context = begin(**options)
        context.on("request", lambda request: leaks.URLS.add(request.url))
        return context

    browser.new_context = listened_to  # type: ignore[method-assign]


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
