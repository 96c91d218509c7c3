"""The pages of a demo in real Chromium, with eyes in them that know the machine's clock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.demo_world import BOUND, Demo

CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_EYES = Path(__file__).with_name("eyes.js")
_LOOKS = 40


@dataclass(frozen=True)
class SeenPage:
    """An open page. `offset` turns its milliseconds into seconds of `time.perf_counter`, right to `error` seconds."""

    page: Page
    offset: float
    error: float

    def moment(self, page_ms: float) -> float:
        """A time of the page as a moment of this process."""
        return page_ms / 1000 + self.offset

    def ask(self, expression: str, argument: Any = None) -> Any:
        """What the eyes say."""
        return self.page.evaluate(expression, argument)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        yield browser
        browser.close()


def open_page(browser: Browser, running: Demo, role: str, path: str) -> SeenPage:
    """A browser of its own, signed in as `role`, on `path`, its clock compared with ours."""
    context = browser.new_context(ignore_https_errors=True, locale="ja-JP", reduced_motion="reduce")
    context.set_default_timeout(1000 * BOUND)
    context.add_init_script(path=_EYES)
    page = context.new_page()
    name, password = running.account(role)
    page.goto(f"{running.url}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(running.url + path)
    return SeenPage(page, *_clock(page))


def _clock(page: Page) -> tuple[float, float]:
    """The page's offset and how wrong it can be: both clocks are the kernel's monotonic one, only their zero differs."""
    best = (0.0, BOUND)
    for _ in range(_LOOKS):
        before = time.perf_counter()
        there = page.evaluate("performance.now()") / 1000
        after = time.perf_counter()
        best = min(best, ((before + after) / 2 - there, (after - before) / 2), key=lambda found: found[1])
    return best
