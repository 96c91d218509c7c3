"""The reception page in a real browser: live on two pages at once, and all of it from the keyboard."""

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.visit import Phase
from appliance.ledger import checks, readers
from appliance.ledger.checks import CheckState
from appliance.web.guard import COOKIE
from tests.web.desk_world import PASSWORD, Desk, served
from tests.web.service_world import Service

NONE_FOUND, VALID, DEAD = "p09", "p01", "p04"


@contextlib.contextmanager
def reception(browser: Browser, desk: Desk, address: str) -> Iterator[Page]:
    """The board on a PC, signed in. Fails when the page's own code failed or anything broke its security policy."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP")
    context.set_default_timeout(15_000)
    host = address.replace("http:", "https:")
    context.add_cookies(
        [{"name": COOKIE, "value": desk.sign_in(), "url": host, "secure": True, "sameSite": "Strict"}]
    )
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if "Security" in message.text else None)
    try:
        page.goto(f"{address}/")
        page.locator("body.is-live").wait_for()
        yield page
    finally:
        context.close()
    assert failures == []


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk) as found:
        yield found


@pytest.fixture
def page(browser: Browser, desk: Desk, address: str) -> Iterator[Page]:
    with reception(browser, desk, address) as found:
        yield found


def test_signing_in_over_tls_and_being_refused(browser: Browser, service: Service) -> None:
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{service.url}/")
    expect(page.get_by_role("heading", name="受付にサインイン")).to_be_visible()
    page.get_by_label("名前").fill("sakura")
    page.get_by_label("パスワード").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("名前またはパスワードが違います")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="今日の受付")).to_be_visible()
    page.locator("body.is-live").wait_for()
    page.get_by_role("button", name="メニュー").click()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", name="受付にサインイン")).to_be_visible()
    context.close()


def test_two_pages_get_the_same_row_live(browser: Browser, desk: Desk, address: str) -> None:
    with reception(browser, desk, address) as one, reception(browser, desk, address) as other:
        for page in (one, other):
            expect(page.get_by_text("今日の受付はまだありません")).to_be_visible()
        check_id = desk.typed()
        for page in (one, other):
            row = page.locator(f"#check-{check_id}")
            expect(row).to_contain_text("照会待ち")
            expect(page.get_by_text("今日の受付はまだありません")).to_be_hidden()
        desk.answered(check_id, "2")
        for page in (one, other):
            row = page.locator(f"#check-{check_id}")
            expect(row.locator(".word")).to_have_text("無効")
            expect(page).to_have_title(re.compile(r"^\(1\) 受付"))


def test_readers_are_live(desk: Desk, page: Page) -> None:
    readers.show(
        desk.ledger, "serial-2", desk.now(), phase=Phase.PIN, visit="v", tries_left=1, staff_called=True
    )
    tile = page.locator('[data-reader="2"]')
    expect(tile).to_contain_text("暗証番号を入力中")
    expect(tile).to_contain_text("残り1回")
    expect(tile).to_contain_text("患者さんが係員を呼んでいます")


def test_a_morning_without_a_mouse(desk: Desk, page: Page) -> None:
    page.keyboard.press("n")
    expect(page.get_by_label("保険者番号")).to_be_focused()
    page.keyboard.type("０６１３９９９２")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("345")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("3540305")
    expect(page.locator("#birthdate-echo")).to_contain_text("昭和54年3月5日（1979/3/5）・")
    page.keyboard.press("Enter")
    row = page.locator("#rows .row")
    expect(row).to_have_count(1)
    expect(row.locator(".row-link")).to_be_focused()
    check_id = str(row.get_attribute("data-id"))
    expect(page.locator(".detail")).to_have_attribute("data-id", check_id)
    desk.answered(check_id, "4")
    expect(page.locator(".detail .word")).to_have_text("該当資格なし")
    page.keyboard.press("r")
    expect(row).to_have_count(2)
    expect(page.locator(".detail .word")).to_have_text("照会待ち")
    desk.answered(str(page.locator(".detail").get_attribute("data-id")), "1")
    expect(page.locator(".detail .word")).to_have_text("有効")
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_have_count(0)


def test_warnings_as_one_types_and_overriding_them(desk: Desk, page: Page) -> None:
    page.keyboard.press("n")
    page.get_by_label("保険者番号").fill("06139993")
    page.get_by_label("番号", exact=True).focus()
    expect(page.locator('[data-field="insurer_number"] .says')).to_contain_text("検証番号が合いません")
    button = page.locator(".manual button[type=submit]")
    expect(button).to_contain_text("このまま照会する")
    button.click()
    expect(page.locator('[data-field="number"] .says')).to_have_text("番号を入力してください。")
    expect(page.get_by_label("番号", exact=True)).to_be_focused()
    expect(page.locator("#rows .row")).to_have_count(0)
    page.get_by_label("番号", exact=True).fill("345")
    page.get_by_label("生年月日").fill("S54.3.5")
    page.keyboard.press("Enter")
    expect(page.locator("#rows .row")).to_have_count(1)
    assert [check.state for check in checks.recent(desk.ledger, 5)] == [CheckState.RECEIVED]


def test_the_last_document_is_proposed_an_era_is_chosen_and_a_ticket_names_its_own_numbers(
    desk: Desk, page: Page
) -> None:
    page.keyboard.press("n")
    page.get_by_label("見せていただいたもの").select_option("医療券・調剤券（生活保護）")
    page.get_by_label("公費負担者番号").fill("12139994")
    page.get_by_label("受給者番号").fill("1234566")
    page.get_by_label("生年月日").fill("54.3.5")
    page.get_by_role("button", name="昭和").click()
    expect(page.locator("#birthdate-echo")).to_contain_text("昭和54年3月5日")
    page.get_by_role("button", name="平成").click()
    expect(page.get_by_label("生年月日")).to_have_value("平成54.3.5")
    page.get_by_role("button", name="昭和").click()
    page.keyboard.press("Enter")
    row = page.locator("#rows .row")
    expect(row).to_contain_text("医療券・調剤券")
    expect(row.locator(".row-link")).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("公費負担者番号")).to_be_focused()


def test_a_warning_that_came_too_fast_to_read_is_shown_first(desk: Desk, page: Page) -> None:
    page.keyboard.press("n")
    form = page.locator(".manual")
    form.wait_for()
    values = {"insurer_number": "06139993", "number": "345", "birthdate": "S54.3.5"}
    for name, value in values.items():
        form.locator(f"[name={name}]").evaluate("(input, value) => (input.value = value)", value)
    page.keyboard.press("Enter")
    expect(page.locator('[data-field="insurer_number"] .says')).to_contain_text("検証番号が合いません")
    expect(page.locator("#rows .row")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#rows .row")).to_have_count(1)


def test_what_is_wrong_stays_on_the_screen_when_the_focus_goes_there(page: Page) -> None:
    page.keyboard.press("n")
    page.get_by_label("保険者番号").fill("12345")
    page.get_by_label("番号", exact=True).fill("3456")
    page.get_by_label("生年月日").fill("昭和55年2月17日")
    page.get_by_label("生年月日").press("Enter")
    expect(page.get_by_label("保険者番号")).to_be_focused()
    for typed in ("1234", "123"):
        with page.expect_response("**/reception/manual/warnings"):
            page.get_by_label("保険者番号").fill(typed)
    expect(page.get_by_text("保険者番号は8桁、国保は6桁の数字です。")).to_be_visible()


def test_arrows_open_and_c_takes_it_off_the_top(desk: Desk, page: Page) -> None:
    dead, valid = desk.person(DEAD), desk.person(VALID)
    expect(page.locator("#rows .row")).to_have_count(2)
    expect(page.locator("#rows .row").first).to_have_attribute("data-id", dead)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".detail")).to_have_attribute("data-id", dead)
    page.keyboard.press("c")
    expect(page.locator("#rows .row").first).to_have_attribute("data-id", valid)
    expect(page.locator(f"#check-{dead}")).to_contain_text("確認済み")
    expect(page.locator('.detail [data-act="seen"]')).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".detail")).to_have_attribute("data-id", valid)


def test_a_waiting_check_is_withdrawn_from_the_pane(desk: Desk, page: Page) -> None:
    check_id = desk.offline()
    page.locator(f"#check-{check_id} .row-link").click()
    expect(page.locator(".detail .word")).to_contain_text("オフライン")
    page.keyboard.press("w")
    expect(page.locator(".detail .word")).to_have_text("取り下げ")


def test_numbers_are_put_right_and_asked_again(desk: Desk, page: Page) -> None:
    check_id = desk.person(NONE_FOUND, card=False)
    page.locator(f"#check-{check_id} .row-link").click()
    page.get_by_role("button", name="番号を直して照会").click()
    expect(page.get_by_label("番号", exact=True)).to_have_value("345")
    page.get_by_label("枝番").fill("01")
    page.keyboard.press("Enter")
    expect(page.locator("#rows .row")).to_have_count(2)


def test_narrowing_down_takes_kana_of_any_kind(desk: Desk, page: Page) -> None:
    wanted, other = desk.person("p01"), desk.person("p03")
    expect(page.locator("#rows .row")).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.type("たろう")
    expect(page.locator(f"#check-{other}")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".detail")).to_have_attribute("data-id", wanted)
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator(f"#check-{other}")).to_be_visible()


def test_no_address_of_the_page_holds_what_was_typed(desk: Desk, page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.keyboard.press("n")
    for label, text in {"保険者番号": "06139992", "記号": "9876", "生年月日": "S54.3.5"}.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("番号", exact=True).fill("54321")
    page.keyboard.press("Enter")
    expect(page.locator("#rows .row")).to_have_count(1)
    seen = "\n".join(addresses)
    assert "/reception/manual" in seen
    assert not any(text in seen for text in ("06139992", "9876", "54321", "19790305"))


def test_a_cut_is_said_and_mended(browser: Browser, desk: Desk) -> None:
    with contextlib.ExitStack() as stack:
        with served(desk) as address:
            page = stack.enter_context(reception(browser, desk, address))
        expect(page.locator("#banner")).to_contain_text("サーバーとの接続が切れました")
        missed = desk.person(VALID)
        stack.enter_context(served(desk, int(address.rpartition(":")[2])))
        expect(page.locator("#banner")).to_be_hidden()
        expect(page.locator(f"#check-{missed}")).to_contain_text("有効")


def test_a_patient_who_is_asked_about_again_has_one_row_on_every_board(
    browser: Browser, desk: Desk, address: str, page: Page
) -> None:
    first = desk.person(NONE_FOUND, card=False)
    stranger = desk.person(VALID)
    with reception(browser, desk, address) as other:
        page.locator(f"#check-{first} .row-link").click()
        page.get_by_role("button", name="再照会").click()
        again = page.locator("#rows .row:visible").filter(has_text="照会待ち")
        expect(again).to_have_count(1)
        second = str(again.get_attribute("data-id"))
        for board in (page, other):
            expect(board.locator(f"#check-{first}")).to_be_hidden()
            expect(board.locator(f"#check-{second}")).to_be_visible()
            expect(board.get_by_role("button", name="すべて 2")).to_be_visible()
            expect(board).to_have_title(re.compile(r"^受付"))
        desk.answered(second, "4")
        for board in (page, other):
            expect(board).to_have_title(re.compile(r"^\(1\) 受付"))
        page.reload()
        shown = [row.get_attribute("data-id") for row in page.locator("#rows .row:visible").all()]
        assert shown == [second, stranger]
