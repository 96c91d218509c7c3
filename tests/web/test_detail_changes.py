"""What differs from the last valid answer stands side by side; certificates are cards of their own; values can be copied."""

from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pytest
from playwright.sync_api import Browser, expect

from appliance.demo import people
from appliance.eligibility.message import LimitApplicationCertificate, Qualification
from appliance.ledger.times import JAPAN
from tests.demo.card_evidence import evidence_of
from tests.web.desk_world import Client, Desk, served
from tests.web.test_detail_pane import FETCH
from tests.web.test_reception_page import reception

CODE_A03, CODE_A02 = "A03", "A02"


def with_class(found: Qualification, code: str) -> Qualification:
    info = LimitApplicationCertificate(limit_application_certificate_classification_flag=code)
    return replace(found, limit_application_certificate_related_info=info)


def pane(client: Client, check_id: str) -> str:
    return unescape(client.get(f"/reception/checks/{check_id}", **FETCH).text)


def visits(desk: Desk, *found: Qualification) -> list[str]:
    """The same card, a week between visits; the last one today."""
    ids = []
    card = evidence_of(desk.box.root, "p01")
    for weeks, one in zip(range(len(found) - 1, -1, -1), found, strict=True):
        desk.shift = timedelta(weeks=-weeks)
        ids.append(desk.answered(desk.carded(evidence=card), "1", one))
    return ids


def test_old_and_new_stand_side_by_side_and_nothing_else(desk: Desk, client: Client) -> None:
    somebody = replace(people.person("p01").qualifications[0], insured_partial_contribution_ratio="030")
    old = with_class(somebody, CODE_A03)
    new = with_class(replace(old, insured_partial_contribution_ratio="020", address="別の町1"), CODE_A02)
    _first, second, third = visits(desk, old, new, new)
    text = pane(client, second)
    before, after = text.partition("前回から変わりました")[2].partition("</table>")[0], text
    for value in ("3割", "2割", "別の町1", "ウ", "イ", "≠ 3件"):
        assert value in before, value
    assert "この装置は前の内容を書き換えません" in after
    assert "氏名" not in before
    assert "保険の内容は同じです" in pane(client, third)
    assert "前回から変更" not in client.get("/").text


def test_another_insurer_of_the_same_card_is_said_on_the_row_and_in_the_pane(
    desk: Desk, client: Client
) -> None:
    old = people.person("p01").qualifications[0]
    new = replace(
        old, insurer_number="01139997", insurer_name="架空の協会", insured_identification_number="77"
    )
    _, second = visits(desk, old, new)
    assert "保険が変わりました" in pane(client, second)
    assert "≠ 前回から変更" in client.get("/").text


def test_a_first_visit_and_an_invalid_answer_have_nothing_to_compare(desk: Desk, client: Client) -> None:
    (first,) = visits(desk, people.person("p01").qualifications[0])
    assert "前回" not in pane(client, first).partition("すべて写す")[0]
    dead = desk.person("p04")
    assert 'class="changes"' not in pane(client, dead)


def test_a_share_that_the_age_does_not_allow_is_asked_about(desk: Desk, client: Client) -> None:
    odd = replace(people.person("p01").qualifications[0], insured_partial_contribution_ratio="010")
    check_id = desk.answered(desk.carded(), "1", odd)
    assert "センターの回答は1割、年齢" in pane(client, check_id)


@pytest.mark.timeout(60)
def test_certificates_are_cards_consents_count_down_and_values_are_copied(
    browser: Browser, desk: Desk
) -> None:
    until = desk.now().astimezone(JAPAN) + timedelta(minutes=90, seconds=20)
    found = replace(
        people.person("p22").qualifications[0],
        pharmacists_info_available_time=f"{until:%Y%m%d%H%M%S}",
        pharmacists_info_cons_flg="1",
    )
    check_id = desk.answered(desk.carded(), "1", found)
    with served(desk) as address, reception(browser, desk, address) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.clock.install(time=datetime.now(JAPAN))
        page.reload()
        page.locator("body.is-live").wait_for()
        page.locator(f"#check-{check_id} .row-link").click()
        cards = page.locator(".detail .paper-card")
        expect(cards.locator("h4")).to_contain_text(["限度額", "特定疾病"])
        expect(cards.filter(has_text="適用区分")).to_contain_text("1か月の上限（目安）")
        left = page.locator("[data-until]").first
        expect(left).to_have_text("あと1時間")
        page.clock.fast_forward("31:00")
        expect(left).to_have_text("あと59分")
        page.keyboard.press("k")
        expect(page.locator("[data-copied]")).to_contain_text("項目を写しました")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert f"保険者番号\t{found.insurer_number}" in copied.splitlines()
        page.locator("[data-copy-all]").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        label = page.evaluate("document.activeElement.closest('[data-line]').querySelector('dt').textContent")
        expect(page.locator("[data-copied]")).to_contain_text(f"「{label}」を写しました")
        assert page.evaluate("navigator.clipboard.readText()") in copied
