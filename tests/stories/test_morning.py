"""A morning at reception: everything real but the card, the center and the EMR."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from appliance.demo.people import Person, people
from appliance.eligibility.message_xml import read_result
from tests.stories.demo_box import DemoBox
from tests.stories.flu_season import season
from tests.stories.pages import WAIT_MS, at_phase, row, sees, signed_in, type_pin

pytestmark = pytest.mark.timeout(120)


def test_card_pin_and_consent_reach_both_browsers_the_emr_and_the_folder(
    browser: Browser, demo: DemoBox
) -> None:
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "reception") as second_desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        at_phase(screen, "idle")
        demo.lay_card("p01")
        type_pin(screen, "1234")
        at_phase(screen, "consents")
        expect(desk.locator("[data-reader='1']")).to_contain_text("同意を確認中")
        screen.click("[data-give=all]")
        at_phase(screen, "done")
        check = demo.checks()[0]
        for page in (desk, second_desk):
            sees(page, check["id"], "有効")
        demo.take_card()
        at_phase(screen, "idle")
    delivered = demo.until_delivered(check["id"])
    assert {row["consumer"] for row in delivered["deliveries"]} == {"emr", "receipt-folder"}
    assert delivered["deliveries"][0]["id"] in demo.do("demo", "emr", "do", "received")["delivery_ids"]
    results = [read_result(path.read_bytes()) for path in Path(demo.facts["folder"]["face"]).glob("*.xml")]
    (qualification,) = results[-1].message_body.result_list
    name = next(person["name"] for person in demo.facts["people"] if person["id"] == "p01")
    assert qualification.name == name
    assert qualification.pharmacists_info_cons_flg == "1"


def test_paper_typed_by_hand_with_a_slip_that_the_page_notices(browser: Browser, demo: DemoBox) -> None:
    with signed_in(browser, demo, "reception") as desk:
        desk.keyboard.press("n")
        desk.fill("[name=insurer_number]", "02139997")
        expect(desk.locator("[data-field=insurer_number]")).to_contain_text("検証番号", timeout=WAIT_MS)
        desk.fill("[name=insurer_number]", "０２１３９９９６")
        expect(desk.locator("[data-field=insurer_number]")).not_to_contain_text("検証番号", timeout=WAIT_MS)
        desk.fill("[name=symbol]", "試船")
        desk.fill("[name=number]", "3232")
        desk.fill("[name=birthdate]", "昭和64年1月7日")
        expect(desk.locator("#birthdate-echo")).to_contain_text("昭和64年1月7日", timeout=WAIT_MS)
        before = len(demo.checks())
        desk.keyboard.press("Enter")
        demo.until("the typed check", lambda: len(demo.checks()) > before)
        check = demo.checks()[0]
        assert check["origin"] == "manual"
        sees(desk, check["id"], "有効")
        sees(desk, check["id"], "無札")
        row(desk, check["id"]).click()
        expect(desk.locator("article.detail")).to_contain_text("架空船員保険", timeout=WAIT_MS)
    delivered = demo.until_delivered(check["id"])
    assert [row["consumer"] for row in delivered["deliveries"]] == ["emr"]


def test_wrong_pin_once_then_right(browser: Browser, demo: DemoBox) -> None:
    with signed_in(browser, demo, "patient_screen", "/patient/1") as screen:
        demo.lay_card("p02")
        type_pin(screen, "9876")
        expect(screen.locator(".pin .warning")).to_contain_text("あと2回", timeout=WAIT_MS)
        type_pin(screen, "1234")
        at_phase(screen, "consents")
        screen.click("[data-give=none]")
        at_phase(screen, "done")
        demo.take_card()
        at_phase(screen, "idle")


def test_wrong_pin_twice_keeps_the_last_try_for_the_patient_and_after_the_town_hall_it_works(
    browser: Browser, demo: DemoBox
) -> None:
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        demo.lay_card("p03")
        type_pin(screen, "9876")
        expect(screen.locator(".pin .warning")).to_contain_text("あと2回", timeout=WAIT_MS)
        type_pin(screen, "5432")
        at_phase(screen, "failed")
        expect(desk.locator("[data-reader='1']")).to_contain_text("あと1回", timeout=WAIT_MS)
        demo.take_card()
        at_phase(screen, "idle")
        refused = demo.run("demo", "card", "insert", "p03", "--pin", "1234")
        assert (refused.returncode, "CARD-005" in refused.stderr) == (1, True)
        demo.take_card()
        demo.do("demo", "card", "restore-pins", "p03")
        check_id = demo.visit("p03")
        sees(desk, check_id, "有効")


def test_card_pulled_mid_read_leaves_no_check_and_the_next_try_works(demo: DemoBox) -> None:
    before = len(demo.checks())
    demo.do("demo", "card", "die-after", "6")
    broken = demo.run("demo", "card", "insert", "p12", "--pin", "1234")
    assert (broken.returncode, "CARD-003" in broken.stderr) == (1, True)
    assert len(demo.checks()) == before
    check_id = demo.visit("p12")
    assert demo.until_delivered(check_id)["qualification_validity"] == "1"


def test_foreign_card_is_told_apart_and_opens_no_check(browser: Browser, demo: DemoBox) -> None:
    before = len(demo.checks())
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/2") as screen,
    ):
        demo.lay_card("foreign", reader=2)
        at_phase(screen, "failed")
        expect(desk.locator("[data-reader='2']")).to_contain_text(
            "マイナンバーカードではありません", timeout=WAIT_MS
        )
        demo.take_card(reader=2)
        at_phase(screen, "idle")
    assert len(demo.checks()) == before


def test_every_answer_of_the_center_has_its_word_on_the_page(browser: Browser, demo: DemoBox) -> None:
    words = {
        "p06": "無効",
        "p08": "新しい資格あり",
        "p09": "該当資格なし",
        "p10": "複数該当",
        "p11": "未登録",
    }
    with signed_in(browser, demo, "reception") as desk:
        for person, word in words.items():
            sees(desk, demo.visit(person, reader=2), word)


def test_a_patient_is_given_the_charts_number_by_keyboard_and_the_center_tells_it_at_the_next_visit(
    browser: Browser, demo: DemoBox
) -> None:
    with signed_in(browser, demo, "reception") as desk:
        first = demo.visit("p19")
        sees(desk, first, "有効")
        row(desk, first).locator(".row-link").click()
        numbering = desk.locator(".numbering")
        expect(numbering).to_be_visible(timeout=WAIT_MS)
        desk.keyboard.press("s")
        expect(desk.get_by_label("カルテの患者番号")).to_be_focused()
        desk.keyboard.type("K-2018", delay=80)
        desk.keyboard.press("Enter")
        expect(numbering).to_contain_text("センターに登録しました", timeout=WAIT_MS)
        second = demo.visit("p19")
        sees(desk, second, "有効")
        row(desk, second).locator(".row-link").click()
        expect(numbering).to_contain_text("センターに登録済み", timeout=WAIT_MS)
        expect(numbering.locator(".number")).to_have_text("K-2018")
        desk.keyboard.press("/")
        desk.keyboard.type("k-2018", delay=80)
        expect(desk.locator("#rows .row:visible")).to_have_count(1)


def test_two_readers_and_four_desks_at_once_lose_nobody_and_show_the_same(
    browser: Browser, demo: DemoBox
) -> None:
    assert len(season(demo, browser, patients=6)) == 6


def test_expired_card_certificate_is_refused_and_one_in_grace_still_opens_the_qualification(
    demo: DemoBox,
) -> None:
    refused = demo.run("demo", "card", "insert", "p27", "--pin", "1234")
    assert (refused.returncode, "CARD-007" in refused.stderr) == (1, True)
    demo.take_card()
    check = demo.until_delivered(demo.visit("p28"))
    assert check["qualification_validity"] == "1"


def test_no_identifier_of_a_patient_stands_in_a_log_or_a_file_name(demo: DemoBox) -> None:
    """Names, kana and the numbers long enough not to stand there by chance, of all who were here this morning."""
    demo.until_delivered(demo.visit("p18"))
    telling = {text for one in people() for text in identifiers(one)}
    assert len(telling) > 100
    logs = [path for path in demo.root.rglob("*.log") if path.is_file()]
    assert len(logs) >= 5
    for log in logs:
        text = log.read_text("utf-8", "replace")
        assert not [one for one in telling if one in text], log.name
    for path in demo.root.rglob("*"):
        assert not [one for one in telling if one in path.name]


def identifiers(person: Person) -> tuple[str, ...]:
    """What would tell who this is."""
    serial = person.certificate_serial
    return (person.name, person.name_kana, person.certificate_id, str(serial), f"{serial:x}", f"{serial:X}")
