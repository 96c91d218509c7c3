"""対応中 on the pages: who works on what is seen on every other board, and ends by itself."""

import pytest
from playwright.sync_api import Browser, expect

from appliance.ledger import attending
from appliance.ledger.attending import LEASE
from tests.web.desk_world import Client, Desk, served
from tests.web.test_reception_page import reception

PAGE = "0" * 32


def test_what_one_desk_has_open_shows_on_the_other_until_it_is_closed(browser: Browser, desk: Desk) -> None:
    first, second = desk.person("p01"), desk.person("p04")
    with (
        served(desk) as address,
        reception(browser, desk, address) as one,
        reception(browser, desk, address) as other,
    ):
        one.get_by_label("この端末の名前").fill("受付１")
        one.keyboard.press("Enter")
        expect(one.get_by_text("この端末は「受付1」です")).to_be_visible()
        one.locator(f"#check-{first} .row-link").click()
        mark = other.locator(f"#check-{first} [data-attending]")
        expect(mark).to_have_text("対応中: 受付1")
        expect(one.locator(f"#check-{first} [data-attending]")).to_be_hidden()
        # It blocks nobody: the other desk opens it too, and both say so.
        other.locator(f"#check-{first} .row-link").click()
        expect(other.locator(".detail [data-attending]")).to_have_text("対応中: 受付1")
        expect(one.locator(".detail [data-attending]")).to_have_text("対応中: reception")
        one.locator(f"#check-{second} .row-link").click()
        expect(mark).to_be_hidden()
        expect(other.locator(f"#check-{second} [data-attending]")).to_be_visible()
        # A row that is drawn anew keeps saying it.
        other.locator(f"#check-{second}").get_by_role("button", name="確認した").click()
        expect(other.locator(f"#check-{second}")).to_contain_text("確認済み")
        expect(other.locator(f"#check-{second} [data-attending]")).to_have_text("対応中: 受付1")
        one.goto("about:blank")
        expect(other.locator(f"#check-{second} [data-attending]")).to_be_hidden()


def test_a_desk_that_is_gone_is_forgotten_after_the_lease(browser: Browser, desk: Desk) -> None:
    check_id = desk.person("p01")
    attending.attend(desk.ledger, PAGE, check_id, "受付3", desk.now())
    with served(desk) as address, reception(browser, desk, address) as page:
        mark = page.locator(f"#check-{check_id} [data-attending]")
        expect(mark).to_have_text("対応中: 受付3")
        desk.shift += LEASE
        expect(mark).to_be_hidden()


@pytest.mark.parametrize("name", ["長" * 13, "a\x07b"])
def test_a_desk_is_called_by_its_browser_and_by_nothing_odd(desk: Desk, client: Client, name: str) -> None:
    assert client.post("/reception/desk", {"name": name}).status_code == 422
    assert client.post("/reception/desk", {"name": " 受付２ "}).status_code == 204
    check_id = desk.person("p01")
    assert client.post(f"/reception/checks/{check_id}/attend", {"page": PAGE}).status_code == 204
    assert [one.desk for one in attending.current(desk.ledger, desk.now())] == ["受付2"]
    client.post("/reception/desk", {"name": ""})
    client.post(f"/reception/checks/{check_id}/attend", {"page": PAGE})
    assert [one.desk for one in attending.current(desk.ledger, desk.now())] == ["reception"]
    client.post("/reception/leave", {"page": PAGE})
    assert attending.current(desk.ledger, desk.now()) == ()
    assert client.post("/reception/checks/nothing/attend", {"page": PAGE}).status_code == 404
