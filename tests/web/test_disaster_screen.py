"""What a browser does by itself with what was found: it leaves the screen when nobody touches it, or at the end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE
from tests.web.at_page import stop_clock
from tests.web.desk_world import Desk, served
from tests.web.disaster_world import disaster_at

IDLE_MS = 5 * 60_000


@pytest.fixture
def record(browser: Browser, desk: Desk) -> Iterator[Page]:
    """Somebody's drugs on a doctor's screen, ten minutes before the mode ends; the page's clock stands in our hands."""
    world = disaster_at(desk, timedelta(minutes=10))
    opened = world.open(world.search(), "drugs")
    context = browser.new_context(locale="ja-JP")
    context.set_default_timeout(15_000)
    with served(desk) as address:
        cookie = desk.prove(desk.sign_in(Role.CLINICIAN))
        host = address.replace("http:", "https:")
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        page = context.new_page()
        stop_clock(page, desk.now())
        page.goto(address + opened)
        expect(page.locator("[data-kind=drugs]")).to_contain_text("見本　太郎")
        yield page
        context.close()


def left(page: Page) -> None:
    page.wait_for_url("**/disaster?closed=*")
    expect(page.get_by_role("heading", name="カードのない方を検索")).to_be_visible()


def test_it_goes_when_nobody_touches_it(record: Page) -> None:
    record.clock.run_for(IDLE_MS - 2000)
    expect(record.locator("[data-kind=drugs]")).to_be_visible()
    record.keyboard.press("Shift")
    record.clock.run_for(IDLE_MS - 2000)
    expect(record.locator("[data-kind=drugs]")).to_be_visible()
    record.clock.run_for(4000)
    left(record)


def test_it_goes_at_the_end_however_busy_one_is(record: Page) -> None:
    for _ in range(2):
        record.clock.run_for(IDLE_MS - 5000)
        record.keyboard.press("Shift")
    expect(record.locator("[data-kind=drugs]")).to_be_visible()
    record.clock.run_for(15_000)
    left(record)
