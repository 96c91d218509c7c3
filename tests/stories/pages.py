"""The pages as a person uses them, in real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect

from tests.stories.demo_box import DemoBox

WAIT_MS = 25_000


@contextmanager
def signed_in(browser: Browser, demo: DemoBox, role: str, path: str = "/") -> Iterator[Page]:
    """A browser of its own, signed in with the account of `role`, on `path`."""
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="ja-JP"
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    name, password = demo.password(role)
    page.goto(demo.url + path)
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    if "/second" in page.url:
        page.fill("#code", demo.do("demo", "code", name)["code"])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/second" not in url)
    try:
        yield page
    finally:
        context.close()


def row(page: Page, check_id: str) -> Locator:
    """The row of one check on the reception page."""
    return page.locator(f"#check-{check_id}")


def sees(page: Page, check_id: str, word: str) -> None:
    """The row of that check shows this word, within a person's patience."""
    expect(row(page, check_id)).to_contain_text(word, timeout=WAIT_MS)


def at_phase(page: Page, phase: str) -> None:
    """The patient screen has come to this phase."""
    expect(page.locator(f"[data-phase={phase}]")).to_be_visible(timeout=WAIT_MS)


def type_pin(page: Page, pin: str) -> None:
    """Touch the PIN pad."""
    at_phase(page, "pin")
    for digit in pin:
        page.click(f"[data-digit='{digit}']")
    page.click("[data-confirm]")
