"""A page that nobody touches is covered and closed; the password brings back what was on it."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from appliance.ledger import audit
from appliance.web.brake import MOST_FAILURES
from appliance.web.guard import COOKIE
from tests.web.axe import findings
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, served

MINUTE = 60


def form(client: Client, path: str, **data: str) -> Any:
    sent = data | {"csrf_token": client.csrf}
    return client.flask.post(path, data=sent, base_url=ORIGIN, headers=HTML)


def test_a_locked_sign_in_opens_nothing_but_the_lock(desk: Desk, client: Client) -> None:
    check_id = desk.person("p01")
    assert client.post("/lock").status_code == 200
    assert client.get("/tasks").headers["Location"] == "/locked?then=/tasks"
    closed = client.post(f"/reception/checks/{check_id}/seen")
    assert (closed.status_code, closed.json["error"]["code"]) == (423, "AUTH-014")
    assert client.get("/reception/events", Accept="text/event-stream").status_code == 423
    page = client.get("/locked?then=/tasks").text
    assert 'id="menu"' not in page
    assert form(client, "/unlock", password="wrong", then="/tasks").status_code == 401
    assert client.get("/").status_code == 303
    assert form(client, "/unlock", password=PASSWORD, then="/tasks").headers["Location"] == "/tasks"
    assert client.get("/").status_code == 200
    assert [row.action for row in audit.latest(desk.ledger, 3)] == ["unlock", "unlock-refused", "lock"]


@pytest.mark.parametrize(
    "then", ["//elsewhere.example", "/\t/elsewhere.example", "/\\elsewhere", "https://x"]
)
def test_it_leads_to_no_other_place(client: Client, then: str) -> None:
    client.post("/lock")
    assert form(client, "/unlock", password=PASSWORD, then=then).headers["Location"] == "/"


def test_guessing_at_a_locked_page_is_braked_and_one_can_sign_out(client: Client) -> None:
    client.post("/lock")
    for _ in range(MOST_FAILURES):
        assert client.post("/unlock", {"password": "wrong"}).status_code == 401
    assert client.post("/unlock", {"password": PASSWORD}).status_code == 429
    assert form(client, "/sign-out").status_code == 303
    assert client.get("/").status_code == 302


def test_in_a_browser_what_was_typed_is_still_there(browser: Browser, desk: Desk) -> None:
    desk.settings = replace(desk.settings, lock_after_minutes=15)
    with served(desk) as address:
        context = browser.new_context(base_url=address, locale="ja-JP")
        context.set_default_timeout(15_000)
        cookie = {"name": COOKIE, "value": desk.sign_in(), "url": address.replace("http:", "https:")}
        context.add_cookies([cookie | {"secure": True, "sameSite": "Strict"}])  # type: ignore[list-item]
        page = context.new_page()
        page.clock.install()
        page.goto("/")
        other = context.new_page()
        other.goto("/tasks")
        page.keyboard.press("n")
        page.get_by_label("保険者番号").fill("06139992")
        page.clock.fast_forward(14 * MINUTE * 1000)
        lock = page.get_by_role("dialog", name="画面をロックしました")
        expect(lock).to_be_hidden()
        with page.expect_response("**/lock"):
            page.clock.fast_forward(90 * 1000)
        expect(lock).to_be_visible()
        expect(other.get_by_role("dialog", name="画面をロックしました")).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("F2")
        expect(page.locator("#menu")).to_be_hidden()
        page.get_by_label("パスワード").fill("wrong")
        page.keyboard.press("Enter")
        expect(lock.get_by_role("alert")).to_contain_text("パスワードが違います")
        page.get_by_label("パスワード").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(lock).to_be_hidden()
        expect(page.get_by_label("保険者番号")).to_have_value("06139992")
        expect(other.get_by_role("dialog", name="画面をロックしました")).to_be_hidden()
        context.close()


def test_pages_that_an_earlier_sign_in_left_open_neither_cover_nor_follow_those_of_the_next(
    browser: Browser, desk: Desk
) -> None:
    desk.settings = replace(desk.settings, lock_after_minutes=15)
    with served(desk) as address:
        context = browser.new_context(base_url=address, locale="ja-JP")
        context.set_default_timeout(15_000)
        pages = []
        for _ in range(2):
            cookie = {"name": COOKIE, "value": desk.sign_in(), "url": address.replace("http:", "https:")}
            context.add_cookies([cookie | {"secure": True, "sameSite": "Strict"}])  # type: ignore[list-item]
            page = context.new_page()
            page.clock.install()
            page.goto("/tasks")
            pages.append(page)
        old, new = pages

        def covered(page: Page) -> Locator:
            return page.get_by_role("dialog", name="画面をロックしました")

        old.clock.fast_forward(11_000)
        expect(covered(old)).to_be_visible()
        heard(old, new)
        expect(covered(new)).to_be_hidden()
        answers: list[str] = []
        new.on("response", lambda answer: answers.append(answer.url.rpartition("/")[2]))

        # The password is quicker than the lock on its way to the box, and must not come before it.
        def late(route: Route) -> None:
            new.get_by_label("パスワード").fill(PASSWORD)
            new.keyboard.press("Enter")
            route.continue_()

        new.route("**/lock", late, times=1)
        with new.expect_response("**/unlock"):
            new.clock.fast_forward(16 * MINUTE * 1000)
        expect(covered(new)).to_be_hidden()
        assert [one for one in answers if one in ("lock", "unlock")] == ["lock", "unlock"]
        heard(new, old)
        expect(covered(old)).to_be_visible()
        context.close()


def heard(speaker: Page, listener: Page) -> None:
    """Whatever `speaker` said to the pages of its browser until now has come to `listener`."""
    listener.evaluate("globalThis.told = new Promise((is) => (new BroadcastChannel('t').onmessage = is)), 0")
    speaker.evaluate("new BroadcastChannel('t').postMessage(1)")
    listener.evaluate("globalThis.told.then(() => 1)")
