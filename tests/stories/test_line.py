"""The line in a clinic's day: a slow answer, the switch, a look at every layer, and the month that proves it."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, sees, signed_in

pytestmark = pytest.mark.timeout(180)


def test_a_slow_answer_a_line_held_and_released_and_the_month(browser: Browser, demo: DemoBox) -> None:
    with signed_in(browser, demo, "reception") as desk:
        # Longer than it takes to look; what is seen heals it.
        demo.do("demo", "center", "fault", "slow", "--seconds", "18")
        check_id = demo.visit("p13")
        row = desk.locator(f"#check-{check_id}")
        expect(row.locator(".asking")).to_contain_text("応答を待っています（", timeout=WAIT_MS)
        demo.do("demo", "center", "heal")
        sees(desk, check_id, "有効")

        desk.get_by_role("link", name="回線の様子").click()
        desk.get_by_text("停止扱いにする…").click()
        desk.get_by_role("button", name="停止扱いにする", exact=True).click()
        expect(desk.locator("[data-phase=held]")).to_be_visible(timeout=WAIT_MS)
        held = demo.visit("p14")
        demo.until("waiting", lambda: _check(demo, held)["state"] == "waiting")
        assert _check(demo, held)["trouble_code"] == "LINE-010"
        desk.get_by_role("link", name="受付に戻る").click()
        tile = desk.locator("[data-link=center]")
        expect(tile).to_contain_text("停止扱い", timeout=WAIT_MS)
        sees(desk, held, "照会待ち")
        tile.get_by_role("link", name="停止扱いをやめる").click()
        desk.get_by_role("button", name="停止扱いをやめて照会する").click()
        expect(desk.locator("[data-phase=held]")).to_have_count(0, timeout=WAIT_MS)
        demo.until_delivered(held)

        desk.get_by_role("button", name="回線を調べる").click()
        expect(desk.locator(".layers li.is-ok")).to_have_count(8, timeout=WAIT_MS)
        expect(desk.locator(".verdict")).to_contain_text("回線")

    report = demo.do("line", "report", "--json")
    assert report["share_in_time"] is not None
    assert report["checks"] >= 2
    assert report["phases"]["held"] > 0
    phases = [one["phase"] for one in demo.do("line", "history", "--json")]
    assert phases.index("held") > phases.index("confirming")


def test_a_stranger_in_the_centers_place_is_named(demo: DemoBox) -> None:
    demo.do("demo", "center", "fault", "wrong-certificate")
    try:
        done = demo.run("line", "check", "--json")
    finally:
        demo.do("demo", "center", "heal")
    assert done.returncode == 1
    verdict = json.loads(done.stdout)["verdict"]
    assert (verdict["layer"], verdict["code"], verdict["fault"]) == ("tls", "CENTER-001", "center")


def _check(demo: DemoBox, check_id: str) -> dict[str, str]:
    found: dict[str, str] = next(check for check in demo.checks() if check["id"] == check_id)
    return found
