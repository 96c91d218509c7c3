"""One page of the staff in Chromium, signed in."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from playwright.sync_api import Browser, Page

from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE
from tests.web.desk_world import Desk, served


def sign_in(page: Page, token: str, address: str) -> None:
    host = "https://" + address.split("/")[2]
    cookie = {"name": COOKIE, "value": token, "url": host, "secure": True, "sameSite": "Strict"}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def stop_clock(page: Page, now: datetime) -> None:
    """The clock of what this page opens next stands still until it is moved on, however long the test itself takes."""
    page.clock.install(time=now)
    # Ahead of what has passed since.
    page.clock.pause_at(now + timedelta(minutes=1))


@contextlib.contextmanager
def at(browser: Browser, desk: Desk, path: str, role: Role = Role.RECEPTION) -> Iterator[Page]:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1366, "height": 768})
    context.set_default_timeout(15_000)
    with served(desk) as address:
        page = context.new_page()
        sign_in(page, desk.sign_in(role), address)
        page.goto(address + path)
        yield page
        context.close()
