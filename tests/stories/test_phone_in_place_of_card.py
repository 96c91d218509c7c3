"""Patients with a phone and no card: held to the small reader beside the first one, with all that can go wrong. In Chromium."""

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo.cards import Cards
from appliance.eligibility.evidence import Medium
from appliance.ledger import checks
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, at_phase, sees, signed_in, type_pin

pytestmark = pytest.mark.timeout(180)


def say_phone(screen: Page) -> None:
    """On the idle page: there is a phone, and it is an Android one."""
    at_phase(screen, "idle")
    screen.click("[data-phone]")
    at_phase(screen, "choose")
    screen.click("[data-way=android]")


def newest_medium(demo: DemoBox) -> tuple[str, Medium]:
    ledger = Ledger.of(Box(demo.root))
    try:
        check = checks.recent(ledger, 1)[0]
        assert check.evidence is not None
        return check.id, check.evidence.medium
    finally:
        ledger.close()


def test_a_morning_with_phones(browser: Browser, demo: DemoBox) -> None:
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        at_phase(screen, "idle")
        expect(screen.locator("[data-phone]")).to_have_count(0)
        assert demo.do("reader", "set", "2", "--phone-of", "1")["phone_of"] == "1"
        tile = desk.locator("[data-reader='1']")
        expect(desk.locator("[data-reader='2']")).to_contain_text("スマートフォン用", timeout=WAIT_MS)

        # A wrong PIN first, then the phone goes too early, then it is well.
        hand = Cards(demo.root)
        say_phone(screen)
        type_pin(screen, "9999")
        at_phase(screen, "phone")
        expect(tile).to_contain_text("スマートフォンを待っています", timeout=WAIT_MS)
        hand.hold_phone(2, "p01")
        expect(screen.get_by_role("alert")).to_contain_text("あと2回", timeout=WAIT_MS)
        hand.die_after(2, 5)
        type_pin(screen, "1234")
        expect(screen.get_by_role("alert")).to_contain_text("途中で離れました", timeout=WAIT_MS)
        hand.die_after(2, None)
        type_pin(screen, "1234")
        at_phase(screen, "phone")
        hand.hold_phone(2, "p01")
        at_phase(screen, "consents")
        hand.remove(2)
        screen.click("[data-give=all]")
        at_phase(screen, "done")
        expect(screen.locator("h1").first).to_have_text("受付が終わりました")
        check_id, medium = newest_medium(demo)
        assert medium is Medium.ANDROID
        sees(desk, check_id, "有効")
        sees(desk, check_id, "スマホ保険証")

        # A card on the reader for phones is sent to the other one.
        at_phase(screen, "idle")
        hand.insert(2, "p02")
        expect(screen.locator("h1").first).to_contain_text("となりのリーダー", timeout=WAIT_MS)
        hand.remove(2)


def test_the_whole_visit_by_one_command(demo: DemoBox) -> None:
    demo.do("reader", "set", "2", "--phone-of", "1")
    done = demo.do("demo", "card", "insert", "p02", "--reader", "2", "--phone", "android", "--pin", "1234")
    assert (done["phone"], done["check"]["reader"]) == ("android", "1")
    refused = demo.run("demo", "card", "insert", "p02", "--reader", "2", "--phone", "iphone", "--pin", "1234")
    assert "PHONE-002" in refused.stderr
