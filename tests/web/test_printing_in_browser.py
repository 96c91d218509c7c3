"""Every sheet on paper: as many A4 pages as it should have, with what belongs on them and nothing of the screen."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.at_page import at
from tests.web.axe import findings
from tests.web.desk_world import Desk
from tests.web.pdf_pages import page_texts

pytestmark = pytest.mark.timeout(150)

_BOX = re.compile(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]")
A4 = (595, 842)
CATCH_PRINT = "void (window.print = () => { window.wasPrinted = true; })"
SHEETS = {
    "/printing/points?day=2025-05-01": (1, "医療情報取得加算"),
    "/printing/posters/taking-part": (1, "オンライン資格確認を行っています"),
    "/printing/posters/outage": (1, "資格確認書(これだけで受け付けます)"),
    "/printing/posters/purposes": (1, "利用目的"),
    "/printing/posters/not-taking-part": (1, "行っていません"),
    "/printing/reminder": (1, "マイナンバーカードをお持ちください"),
    "/printing/receipt": (1, "今日のお会計に含まれる加算"),
    "/printing/card": (5, "마이넘버카드로접수하기"),
    "/printing/questionnaire": (1, "アレルギーはありますか"),
    "/printing/contacts": (1, "0800-080-4583"),
}


def test_every_sheet_fits_its_paper_and_passes_axe(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/printing") as page:
        found = {"/printing": findings(page)}
        for path, (count, part) in SHEETS.items():
            page.goto(page.url.partition("/printing")[0] + path)
            found[path] = findings(page)
            pdf = page.pdf(prefer_css_page_size=True)
            sizes = {(round(float(w)), round(float(h))) for w, h in _BOX.findall(pdf)}
            assert sizes == {A4}, path
            texts = page_texts(pdf)
            assert len(texts) == count, path
            whole = "".join(texts)
            assert part in whole, path
            assert "印刷する" not in whole, path
            assert "保存されません" not in whole, path
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_text_is_changed_before_printing_and_not_kept(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/printing/posters/taking-part") as page:
        page.get_by_role("textbox", name="掲示の文").click()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("木曜は休診です")
        page.evaluate(CATCH_PRINT)
        page.keyboard.press("p")
        assert page.evaluate("window.wasPrinted") is None
        (text,) = page_texts(page.pdf(prefer_css_page_size=True))
        page.reload()
        expect(page.locator(".poster")).not_to_contain_text("木曜は休診です")
        page.evaluate(CATCH_PRINT)
        page.keyboard.press("p")
        assert page.evaluate("window.wasPrinted") is True
        page.keyboard.press("Escape")
        page.wait_for_url("**/printing")
    assert "木曜は休診です" in text


def test_the_piece_of_a_web_page_is_copied(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/printing/points") as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator("summary").click()
        page.get_by_role("button", name="コピーする").click()
        expect(page.locator("#copied")).to_have_text("コピーしました")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("#snippet").input_value()
