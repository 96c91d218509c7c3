"""Outage notes in real Chromium: written by keyboard, kept over a cut, printed on as many pages as it takes."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo.people import person
from appliance.eligibility.outage import ReceivedAs
from appliance.ledger import accounts, outage_lists, outage_notes
from appliance.ledger.outage_notes import NoteState
from appliance.ledger.times import clinic_day
from appliance.web.guard import COOKIE
from tests.web.at_page import at, sign_in
from tests.web.desk_world import PASSWORD, Desk
from tests.web.outage_world import cut, facts_of, found, noted, numbers_of
from tests.web.pdf_pages import page_texts

pytestmark = pytest.mark.timeout(120)
MANY = 30


def type_patient(page: Page) -> None:
    """Name, reading, birth date, sex and address, going on with Tab alone."""
    keys = page.keyboard
    keys.insert_text("徳川　花子")
    keys.press("Tab")
    keys.insert_text("とくがわ はなこ")
    keys.press("Tab")
    keys.type("S54.3.5")
    keys.press("Tab")
    keys.press("Space")
    keys.press("ArrowRight")
    keys.press("Tab")
    keys.insert_text("東京都千代田区一番町1-2-3")


def test_a_note_is_written_without_a_mouse(browser: Browser, desk: Desk) -> None:
    cut(desk)
    with at(browser, desk, "/") as page:
        page.keyboard.press("m")
        page.wait_for_url("**/outage/notes/new")
        expect(page.locator("#name")).to_be_focused()
        type_patient(page)
        expect(page.locator(".echo")).to_have_text("昭和54年3月5日（1979/3/5）・47歳")
        page.keyboard.press("Enter")
        # The one field that was forgotten says so and has the focus; the rest is as it was.
        expect(page.locator("#received_as-says")).to_have_text("どう受け付けたかを選んでください。")
        expect(page.locator("#received_as")).to_be_focused()
        expect(page.locator("#name")).to_have_value("徳川　花子")
        page.keyboard.press("ArrowDown")
        page.locator("#visited_on").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/outage/notes/[0-9a-f]{32}$"))
        note = found(desk, page.url.rpartition("/")[2])
    assert (note.facts.sex, note.facts.received_as) == ("2", ReceivedAs.DECLARATION)


def test_what_is_typed_outlives_a_sign_in_that_ends(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/outage/notes/new") as page:
        type_patient(page)
        page.select_option("#reason", "line")
        page.select_option("#received_as", "known")
        token = next(one["value"] for one in page.context.cookies() if one["name"] == COOKIE)
        accounts.sign_out(desk.ledger, str(token))
        page.click("button.main")
        expect(page.locator(".refusal")).to_contain_text("サインインが切れました")
        sign_in(page, accounts.sign_in(desk.ledger, "reception", PASSWORD, desk.now()), page.url)
        page.click("button.main")
        page.wait_for_url(re.compile("/outage/notes/[0-9a-f]{32}$"))
    assert outage_notes.counts(desk.ledger)[NoteState.OPEN] == 1


def test_an_era_at_a_touch(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, "/outage/notes/new") as page:
        page.fill("#birthdate", "S54.3.5")
        page.click("[data-era=平成]")
        expect(page.locator("#birthdate")).to_have_value("平成54.3.5")
        expect(page.locator("#birthdate")).to_be_focused()
        page.locator("#address").focus()
        expect(page.locator("#birthdate-says")).to_have_text("平成にない日付です。")


def test_the_answer_comes_beside_the_note_by_itself(browser: Browser, desk: Desk) -> None:
    note = noted(desk)
    with at(browser, desk, f"/outage/notes/{note.id}") as page:
        expect(page.locator("#insurer_number")).to_be_focused()
        for name, value in numbers_of("p01").items():
            page.fill(f"#{name}", value)
        page.keyboard.press("Enter")
        expect(page.locator(".answer")).to_contain_text("照会待ち")
        check_id = found(desk, note.id).lookup_id
        assert check_id is not None
        desk.answered(check_id, "1", *person("p01").qualifications)
        expect(page.locator("#standing")).to_contain_text("完了")
        expect(page.locator(".answer")).to_contain_text(person("p01").qualifications[0].insurer_name or "")
        expect(page.locator(".numbers")).to_have_count(0)


def test_the_list_prints_every_patient_once_with_its_head_on_each_page(browser: Browser, desk: Desk) -> None:
    long_address = "架空県見本市中央一丁目" + "１－" * 60
    for number in range(1, MANY + 1):
        facts = facts_of(desk, person("p01"), name=f"患者{number:02d}番", address=long_address)
        outage_notes.write(
            desk.ledger, facts if number == 1 else replace(facts, address="架空県"), "sakura", desk.now()
        )
    day = clinic_day(desk.now())
    list_id = outage_lists.make(desk.ledger, day, day, "sakura", desk.now())
    with at(browser, desk, f"/outage/lists/{list_id}") as page:
        pages = page_texts(page.pdf(prefer_css_page_size=True))
    assert len(pages) == 3
    for number, text in enumerate(pages, start=1):
        assert "みどり内科" in text
        assert f"{number}/3" in text
        assert "見つけた番号" in text
        assert "印刷する" not in text
    everybody = "".join(pages)
    assert [everybody.count(f"患者{number:02d}番") for number in range(1, MANY + 1)] == [1] * MANY
    assert everybody.count("1-") + everybody.count("１－") >= 60


def test_the_draft_prints_what_was_changed_on_one_page(browser: Browser, desk: Desk) -> None:
    noted(desk)
    with at(browser, desk, "/outage/report") as page:
        page.fill("#phone", "03-0000-0000")
        (text,) = page_texts(page.pdf(prefer_css_page_size=True))
    for part in ("下書き", "公式の様式ではありません", "03-0000-0000", "1人"):
        assert part in text
    assert "数え直す" not in text
