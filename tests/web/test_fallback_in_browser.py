"""The guide in real Chromium: from the board by keys alone, answered at once, and a declaration on one sheet of A4."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.at_page import at
from tests.web.axe import findings
from tests.web.desk_world import Desk
from tests.web.pdf_pages import page_texts

pytestmark = pytest.mark.timeout(120)


def test_from_the_board_to_a_printed_declaration_without_a_mouse(browser: Browser, desk: Desk) -> None:
    check_id = desk.offline()
    with at(browser, desk, f"/reception/checks/{check_id}") as page:
        expect(page.locator(".detail")).to_be_visible()
        page.keyboard.press("g")
        page.wait_for_url(f"**/fallback?check={check_id}")
        expect(page.locator("#cause-now")).to_have_text("回線が通じない")
        # The card that was read is ticked already; a paper is found, then it turns out to be none.
        page.keyboard.press("2")
        expect(page.locator(".best")).to_have_attribute("data-document", "certificate")
        expect(page.locator(".others li").first).to_contain_text("被保険者資格申立書")
        page.keyboard.press("2")
        expect(page.locator(".best")).to_have_attribute("data-document", "declaration")
        page.keyboard.press("0")
        expect(page.locator(".best")).to_have_attribute("data-document", "none")
        expect(page.locator('[name="has"]:checked')).to_have_count(1)
        page.keyboard.press("1")
        expect(page.locator(".best")).to_have_attribute("data-document", "declaration")
        page.reload()
        expect(page.locator(".best")).to_have_attribute("data-document", "declaration")
        assert findings(page) == []
        page.keyboard.press("d")
        page.wait_for_url(f"**/fallback/declaration?check={check_id}")
        page.fill('[name="name"]', "徳川　花子")
        page.check('[name="scheme"][value="national"]')
        assert findings(page) == []
        (text,) = page_texts(page.pdf(prefer_css_page_size=True))
        page.reload()
        # What was typed was nowhere but on the paper.
        expect(page.locator('[name="name"]')).to_have_value("")
    for part in ("被保険者資格申立書", "徳川花子", "みどり内科", "回線が通じない", "署名"):
        assert part in text
    assert "印刷する" not in text
    assert "保存されません" not in text


def test_the_guide_opens_from_an_empty_board_and_goes_back(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/") as page:
        page.locator("body.is-live").wait_for()
        page.keyboard.press("g")
        page.wait_for_url("**/fallback")
        page.get_by_text("カードリーダーの故障").click()
        page.keyboard.press("2")
        expect(page.locator(".best")).to_have_attribute("data-document", "certificate")
        page.keyboard.press("n")
        page.wait_for_url("**/?enter=new")
        expect(page.get_by_label("保険者番号")).to_be_focused()
        page.go_back()
        page.keyboard.press("Escape")
        page.wait_for_url(re.compile(r":\d+/$"))
