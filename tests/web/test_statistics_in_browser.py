"""A month's end in Chromium: the administrator enters what the box cannot know, reads what it comes to, takes a file and a print."""

import contextlib
import re

import pytest
from playwright.sync_api import Browser, expect

from appliance.ledger import figures
from appliance.ledger.accounts import Role
from appliance.ledger.figures import Figure
from appliance.web.guard import COOKIE
from tests.web.desk_world import Desk, served
from tests.web.month_world import MONTH, a_month
from tests.web.pdf_pages import page_texts


@pytest.mark.timeout(150)
def test_a_months_end(browser: Browser, desk: Desk) -> None:
    a_month(desk)
    said: list[str] = []
    with served(desk) as address, contextlib.closing(browser.new_context(base_url=address)) as context:
        context.set_default_timeout(20_000)
        cookie = {"name": COOKIE, "value": desk.sign_in(Role.ADMINISTRATOR), "secure": True}
        context.add_cookies([cookie | {"url": address.replace("http:", "https:"), "sameSite": "Strict"}])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
        page.goto("/")
        page.keyboard.press("F2")
        page.get_by_role("link", name="月の統計").click()
        expect(page.get_by_role("row", name=re.compile("件数で数える"))).to_contain_text("3 / 6件")

        page.get_by_text("公式の値を入力する…").focus()
        page.keyboard.press("Enter")
        page.get_by_label("レセプト件数ベース").fill("四十七")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="INPUT-001")).to_be_visible()
        field = page.get_by_label("レセプト件数ベース")
        expect(field).to_have_attribute("aria-invalid", "true")
        field.fill("47.2")
        page.keyboard.press("Enter")
        expect(page.get_by_role("row", name=re.compile("患者で数える"))).to_contain_text("47.2%")
        assert figures.of_month(desk.ledger, MONTH)[Figure.OFFICIAL_CLAIMS].by == "administrator"

        with page.expect_download() as waiting:
            page.get_by_role("link", name=re.compile("CSV.*マイナ保険証の利用率")).click()
        assert waiting.value.suggested_filename == f"use-rate-{MONTH}.csv"
        assert waiting.value.path().read_bytes().startswith(b"\xef\xbb\xbf")

        page.get_by_role("navigation", name="統計とお金").get_by_role("link", name="加算").click()
        page.get_by_label("初診の回数").fill("1000")
        page.get_by_label("再診の回数").fill("600")
        page.get_by_label("毎月の費用").fill("12000")
        page.keyboard.press("Enter")
        page.get_by_text("医院の体制（施設基準・届出）…").click()
        page.get_by_label("電子的診療情報連携体制の基本項目").check()
        page.locator("#clinic").get_by_role("button", name="保存する").click()
        expect(page.get_by_role("row", name=re.compile("差し引き"))).to_contain_text("31,330円")

        page.get_by_role("navigation", name="統計とお金").get_by_role(
            "link", name="うまくいかなかったこと"
        ).click()
        expect(page.get_by_role("img", name="原因ごとの回数")).to_be_visible()
        first, *_ = page_texts(page.pdf(prefer_css_page_size=True))
        assert "うまくいかなかったこと" in first
        assert "20秒以内に回答がなかったのは1件" in first
        assert "受付へ" not in first
    # The refused form is told there too; what the Content-Security-Policy forbids would be.
    assert [one for one in said if "422" not in one] == []
