"""The menu leads every role to pages it may open, and by keyboard."""

import pytest
from playwright.sync_api import Browser, expect

from appliance.ledger.accounts import Role
from appliance.web import guard, menu
from appliance.web.guard import COOKIE
from tests.web.desk_world import Client, Desk, client_of, served


@pytest.mark.parametrize("role", guard.STAFF)
def test_every_place_opens_for_whom_it_is_shown(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    front = client.get("/account").text
    for places in menu.GROUPS.values():
        for place in places:
            is_shown = f'<a href="{place.path}"' in front.partition('id="menu"')[2]
            # By default the reception's own sign-ins need no second factor.
            is_meant = role in place.roles and not (place.with_second and role is Role.RECEPTION)
            # Nor has a clinic 緊急時の閲覧 until it says so.
            is_meant = is_meant and not place.with_emergency
            assert is_shown is is_meant, place
            if is_shown:
                assert client.get(place.path).status_code == 200, place


def test_a_touch_display_and_a_stranger_have_no_menu(desk: Desk) -> None:
    stranger = Client(desk.app().test_client())
    assert 'id="menu"' not in stranger.get("/sign-in").text


def test_by_keyboard(desk: Desk, browser: Browser) -> None:
    with served(desk) as url:
        context = browser.new_context(base_url=url)
        context.add_cookies(
            [{"name": COOKIE, "value": desk.sign_in(), "url": url.replace("http:", "https:")}]
        )
        page = context.new_page()
        page.goto("/")
        page.keyboard.press("F2")
        expect(page.get_by_role("link", name="今日の受付")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#menu")).to_be_hidden()
        page.keyboard.press("F2")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{url}/tasks")
        expect(page.get_by_role("button", name="メニュー")).to_be_visible()
        context.close()
