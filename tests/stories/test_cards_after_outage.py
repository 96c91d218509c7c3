"""The line is cut: who was here before is known, who was not is written down, and afterwards nobody is lost."""

import pytest
from playwright.sync_api import Browser, expect

from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, row, sees, signed_in

pytestmark = pytest.mark.timeout(180)


def test_a_known_card_is_asked_about_by_numbers_and_a_stranger_is_written_down(
    browser: Browser, demo: DemoBox
) -> None:
    with signed_in(browser, demo, "reception") as desk:
        sees(desk, demo.visit("p01"), "有効")

        demo.do("demo", "center", "fault", "down")
        known, stranger = demo.visit("p01"), demo.visit("p13")
        for check_id in (known, stranger):
            sees(desk, check_id, "照会待ち")
        before = row(desk, known).locator(".before")
        expect(before).to_contain_text("に有効", timeout=WAIT_MS)
        expect(row(desk, stranger).locator(".before")).to_have_count(0)
        row(desk, known).click()
        expect(desk.locator("#last-known")).to_contain_text("今日の結果ではありません", timeout=WAIT_MS)
        desk.get_by_text("確認できないときの順番").click()
        expect(desk.locator("#pane")).to_contain_text("口頭で確かめ")

        demo.do("demo", "center", "evidence-age", "0")
        demo.do("demo", "center", "heal")
        sees(desk, known, "番号で照会しました")
        sees(desk, known, "有効")
        expect(before).to_have_count(0)
        sees(desk, stranger, "照会不可")

        row(desk, stranger).click()
        note = desk.locator("#pane [data-note]")
        expect(note).to_have_text("障害時メモを書く M", timeout=WAIT_MS)
        expect(desk.locator("#links")).to_contain_text("止まっているもの 1件")
        note.click()
        expect(desk).to_have_url(f"{demo.url}/outage/notes/new?check={stranger}")

    demo.until_delivered(known)
    (listed,) = demo.do("queue", "list", "--json")
    assert (listed["id"], listed["trouble_code"], listed["reason_code"]) == (
        stranger,
        "QUEUE-002",
        "CENTER-008",
    )
