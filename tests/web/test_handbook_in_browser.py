"""The help in real Chromium: F1 beside any page without taking it away, the catalogue without the box, a tour one can leave."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.web.at_page import at
from tests.web.axe import findings
from tests.web.desk_world import Desk

pytestmark = pytest.mark.timeout(120)


def test_f1_opens_the_help_of_the_page_and_gives_the_focus_back(browser: Browser, desk: Desk) -> None:
    desk.person("p04")
    with at(browser, desk, "/") as page:
        page.locator("body.is-live").wait_for()
        page.keyboard.press("n")
        expect(page.get_by_label("保険者番号")).to_be_focused()
        page.keyboard.type("0613")
        page.keyboard.press("F1")
        pane = page.get_by_role("complementary", name="この画面の案内")
        expect(pane.get_by_role("heading", name="受付")).to_be_focused()
        assert findings(page) == []
        # The page behind it can still be used, and keys pressed inside the help are not the page's.
        page.keyboard.press("g")
        page.keyboard.press("Escape")
        expect(pane).to_have_count(0)
        expect(page.get_by_label("保険者番号")).to_be_focused()
        expect(page.get_by_label("保険者番号")).to_have_value("0613")
        # Closed before its words have come.
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))

        def late(route: Route) -> None:
            page.keyboard.press("F1")
            route.continue_()

        page.route("**/help/of?*", late, times=1)
        with page.expect_response("**/help/of?*"):
            page.keyboard.press("F1")
        expect(pane).to_have_count(0)
        expect(page.get_by_label("保険者番号")).to_be_focused()
        page.goto(page.url.rstrip("/") + "/outage/notes/new")
        page.get_by_role("button", name="この画面の案内").click()
        expect(page.get_by_role("heading", name="障害時メモ", exact=True)).to_be_focused()
        page.fill("#name", "徳川")
        page.keyboard.press("F1")
        expect(page.get_by_role("complementary", name="この画面の案内")).to_have_count(0)
        expect(page.locator("#name")).to_be_focused()
        assert failures == []


def test_the_catalogue_is_searched_also_when_the_box_is_gone(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/help/troubles") as page:
        shown = page.locator("#troubles > li:visible")
        expect(page.locator("#words")).to_be_focused()
        page.keyboard.insert_text("暗証番号 ロック")
        expect(shown.first).to_have_attribute("data-code", "CARD-006")
        assert findings(page) == []
        page.get_by_role("button", name="センター").click()
        expect(page.locator("#none")).to_be_visible()
        page.get_by_role("button", name="センター").click()
        page.context.set_offline(True)
        page.locator("#words").fill("カードリーダ　見つかりません")
        expect(page.locator("#away")).to_be_visible()
        expect(shown.first).to_have_attribute("data-code", "READER-001")
        page.context.set_offline(False)
        page.locator("#words").fill("line-001")
        expect(shown).to_have_count(1)
        expect(page.locator("#away")).to_be_hidden()


def test_the_tour_goes_from_page_to_page_and_can_be_left(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/help/tour") as page:
        assert findings(page) == []
        page.get_by_role("button", name="はじめる").click()
        bar = page.get_by_role("region", name="画面をひと回り")
        expect(bar).to_contain_text("1/5")
        page.locator("body.is-live").wait_for()
        # No trap: the page under the bar does what it always does.
        page.keyboard.press("n")
        expect(page.get_by_label("保険者番号")).to_be_focused()
        bar.get_by_role("button", name="次へ").click()
        expect(bar).to_contain_text("2/5")
        bar.get_by_role("button", name="次へ").click()
        expect(bar).to_contain_text("3/5")
        page.wait_for_url("**/fallback")
        assert findings(page) == []
        bar.get_by_role("button", name="前へ").click()
        expect(bar).to_contain_text("2/5")
        bar.get_by_role("button", name="やめる").click()
        expect(bar).to_have_count(0)
        page.reload()
        page.locator("body.is-live").wait_for()
        expect(bar).to_have_count(0)
