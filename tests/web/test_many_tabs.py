"""Ten open pages of one browser: all of them live over one stream, whichever page holds it."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from appliance.web.guard import COOKIE
from appliance.web.live import Event
from tests.lint.tracked import ROOT
from tests.web.desk_world import Desk, served

PAGES = 10
COUNT_STREAMS = """window.streams = [];
const Real = EventSource;
window.EventSource = class extends Real {
  constructor(address) { super(address); window.streams.push(this); }
};"""
OPEN = "() => (window.streams ?? []).filter((one) => one.readyState === EventSource.OPEN).length"


@pytest.fixture
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """A browser at reception that is signed in."""
    with served(desk) as address, contextlib.closing(browser.new_context(base_url=address)) as made:
        made.set_default_timeout(30_000)
        host = address.replace("http:", "https:")
        made.add_cookies(
            [{"name": COOKIE, "value": desk.sign_in(), "url": host, "secure": True, "sameSite": "Strict"}]
        )
        made.add_init_script(COUNT_STREAMS)
        yield made


def opened(context: BrowserContext, path: str = "/") -> Page:
    page = context.new_page()
    page.goto(path)
    return page


def streams(pages: list[Page]) -> list[int]:
    return [page.evaluate(OPEN) for page in pages]


@pytest.mark.timeout(120)
def test_ten_pages_of_one_browser_are_live_and_stay_so_when_the_one_with_the_stream_is_closed(
    desk: Desk, context: BrowserContext
) -> None:
    pages = [opened(context) for _ in range(PAGES)]
    for page in pages:
        page.locator("body.is-live").wait_for()
    assert sum(streams(pages)) == 1
    first = desk.person("p01")
    for page in pages:
        expect(page.locator(f"#check-{first} .word")).to_have_text("有効")
    leading = streams(pages).index(1)
    pages.pop(leading).close()
    second = desk.person("p04")
    for page in pages:
        expect(page.locator(f"#check-{second} .word")).to_have_text("無効")
    assert sum(streams(pages)) == 1
    # A page of another kind beside them: a stream of its own, still far from six connections.
    todo = context.new_page()
    with todo.expect_response("**/tasks/events?**") as opening:
        todo.goto("/tasks")
    assert "once" not in opening.value.url


def test_a_page_that_came_late_has_what_was_told_before(desk: Desk, context: BrowserContext) -> None:
    opened(context).locator("body.is-live").wait_for()
    late = context.new_page()
    # Its rows are older than what happens before its scripts run.
    with late.expect_response("**/reception/static/board.js"):
        late.route("**/reception/static/board.js", lambda route: (desk.person("p01"), route.continue_())[1])
        late.goto("/")
    row = late.locator("#rows .row")
    expect(row).to_have_count(1)
    expect(row.locator(".word")).to_have_text("有効")
    assert streams([late]) == [0]


def test_a_page_whose_first_look_failed_looks_again(desk: Desk, context: BrowserContext) -> None:
    opened(context).locator("body.is-live").wait_for()
    late = context.new_page()
    with late.expect_event("requestfailed"):
        late.route("**/reception/static/board.js", lambda route: (desk.person("p01"), route.continue_())[1])
        late.route("**/reception/events?*once=1", lambda route: route.abort(), times=1)
        late.goto("/")
    desk.person("p04")
    expect(late.locator("#rows .row")).to_have_count(2)


def test_a_browser_that_cannot_share_has_streams_of_its_own(desk: Desk, context: BrowserContext) -> None:
    context.add_init_script("delete globalThis.BroadcastChannel;")
    pages = [opened(context) for _ in range(2)]
    for page in pages:
        page.locator("body.is-live").wait_for()
    assert streams(pages) == [1, 1]
    check_id = desk.person("p01")
    for page in pages:
        expect(page.locator(f"#check-{check_id} .word")).to_have_text("有効")


def test_a_stream_asks_for_every_event_that_a_feed_of_the_staff_sends() -> None:
    web = ROOT / "appliance" / "web"
    names = (web / "reception" / "static" / "stream.js").read_text("utf-8")
    for feed in ("reception", "tasks", "bulk"):
        text = (web / feed / "feed.py").read_text("utf-8")
        for part in text.split(f'{Event.__name__}("')[1:]:
            assert f'"{part.partition(chr(34))[0]}"' in names
