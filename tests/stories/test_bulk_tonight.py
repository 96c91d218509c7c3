"""Tomorrow's appointments: read in the evening, asked at night, on the page by urgency in the morning."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.bulk_lists import as_list, row
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, signed_in

TOMORROW = ("p01", "p02", "p04", "p08", "p09", "p10", "p12", "p18")


@pytest.mark.timeout(150)
def test_the_evening_the_night_and_the_morning(demo: DemoBox, browser: Browser, tmp_path: Path) -> None:
    """The receptionist uploads and goes home; the line is cut in the night; in the morning all of it is there."""
    booked = tmp_path / "yoyaku.csv"
    rows = [row(one, ratio="1" if one == "p12" else "") for one in TOMORROW]
    booked.write_bytes(as_list(*rows, row("p03", birthdate="昭和99年1月1日")).decode().encode("cp932"))
    with signed_in(browser, demo, "reception", "/bulk") as page:
        page.set_input_files("#file", booked)
        page.click("#read")
        expect(page.locator(".report")).to_contain_text("昭和にない日付です", timeout=WAIT_MS)
        expect(page.locator(".run-report")).to_contain_text("照会できる人 8人")
        demo.do("demo", "center", "fault", "down")
        page.get_by_role("button", name=re.compile("夜間に照会する")).click()
        expect(page.locator(".run .state")).to_have_text(re.compile("夜間の照会待ち|送信中|センターで処理中"))
        run_id = page.url.rpartition("/")[2]

    # The night comes when it comes: here somebody asks for it now, with the line cut.
    with signed_in(browser, demo, "reception", f"/bulk/{run_id}") as page:
        now = page.get_by_role("button", name="夜を待たずに今すぐ照会する")
        if now.count():
            now.click()
    assert demo.do("bulk", "show", run_id, "--json")["answered"] == 0
    demo.do("demo", "center", "heal")

    with signed_in(browser, demo, "reception", f"/bulk/{run_id}") as page:
        # It comes by itself: the page is only looked at.
        expect(page.locator(".run .state")).to_contain_text("完了", timeout=WAIT_MS)
        words = page.locator(".people .urgency b").all_inner_texts()
        assert words[:5] == ["無効", "無効（新しい資格あり）", "該当なし", "複数該当", "変更あり"]
        assert set(words[5:]) == {"有効"}
        expect(page.locator(".changes").nth(4)).to_contain_text("1割 → 2割")
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV（Shift_JIS）").click()
        download.value.save_as(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="cp932", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [one["患者番号"] for one in table][:5] == ["p04", "p08", "p09", "p10", "p12"]
    assert table[4]["変わった点"] == "負担割合: 1割 → 2割"
