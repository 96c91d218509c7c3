"""The clinical viewer in a browser: it covers itself in time, prints what it shows, keeps nothing, and can be read by everybody."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from appliance.ledger import audit, enrolment
from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE
from tests.web.at_page import stop_clock
from tests.web.axe import findings
from tests.web.clinical_world import Clinic, clinic_at
from tests.web.desk_world import Desk, served

IDLE_MS = 5 * 60_000
DAY_MS = 24 * 60 * 60_000
PHONE = {"width": 390, "height": 844}


@dataclass
class Screen:
    """A doctor's browser."""

    clinic: Clinic
    check_id: str
    context: BrowserContext
    address: str

    def page(self, tab: str) -> Page:
        page = self.context.new_page()
        stop_clock(page, self.clinic.desk.now())
        page.goto(f"{self.address}/clinical/patients/{self.check_id}/{tab}")
        expect(page.locator(f"[data-kind={tab}]")).to_contain_text("見本　太郎")
        return page


@pytest.fixture
def screen(browser: Browser, desk: Desk) -> Iterator[Screen]:
    clinic = clinic_at(desk)
    check_id = clinic.patient()
    for tab in ("drugs", "checkups"):
        clinic.opened(check_id, tab)
    context = browser.new_context(locale="ja-JP")
    context.set_default_timeout(15_000)
    with served(desk) as address:
        host = address.replace("http:", "https:")
        cookie = desk.prove(desk.sign_in(Role.CLINICIAN))
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        yield Screen(clinic, check_id, context, address)
        context.close()


def test_it_goes_when_nobody_touches_it_and_at_the_end_of_the_consent(screen: Screen) -> None:
    page = screen.page("drugs")
    page.clock.run_for(IDLE_MS - 3000)
    expect(page.locator("[data-kind=drugs]")).to_be_visible()
    page.clock.run_for(5000)
    page.wait_for_url("**/clinical?closed=idle")
    expect(page.get_by_text("5分触らなかったので")).to_be_visible()

    page = screen.page("checkups")
    page.clock.fast_forward(DAY_MS + 2000)
    page.wait_for_url("**/clinical?closed=over")
    expect(page.get_by_text("見てよい期限が過ぎた")).to_be_visible()


def test_somebody_is_found_by_a_part_of_the_name(screen: Screen) -> None:
    screen.clinic.patient("p02")
    page = screen.context.new_page()
    page.goto(screen.address + "/clinical")
    expect(page.locator(".patient")).to_have_count(2)
    page.keyboard.press("/")
    expect(page.get_by_label("お名前でさがす")).to_be_focused()
    page.keyboard.type("太 郎")
    expect(page.locator(".patient:visible")).to_have_count(1)
    page.keyboard.type("ない")
    expect(page.get_by_text("当てはまる方がいません")).to_be_visible()
    page.get_by_label("お名前でさがす").fill("ハナコ")
    expect(page.locator(".patient:visible")).to_contain_text("見本　花子")


def test_going_back_shows_nothing_that_was_kept(screen: Screen) -> None:
    page = screen.page("drugs")
    page.get_by_role("link", name="患者の一覧へ").click()
    page.wait_for_url("**/clinical")
    with page.expect_request(lambda request: request.url.endswith("/drugs")):
        page.go_back()  # asked for anew, which is written down


def test_printing_is_written_down_and_the_paper_is_made_for_it(screen: Screen) -> None:
    page = screen.page("drugs")
    with page.expect_response("**/print") as printed:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.value.status == 204
    assert audit.latest(screen.clinic.desk.ledger, 1)[0].action == "medical-print"
    page.emulate_media(media="print")
    for hidden in (".tabs", ".filters", ".desk-top", "#print"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".print-only").first).to_contain_text("印刷（clinician）")


def test_a_filter_is_chosen_with_the_keyboard(screen: Screen) -> None:
    page = screen.page("drugs")
    page.get_by_label("期間").focus()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/drugs?months=60&site=")
    expect(page.get_by_role("rowheader", name="カクウ注射液")).to_be_visible()


def test_a_camera_reads_the_picture_to_set_an_authenticator_up(screen: Screen) -> None:
    page = screen.context.new_page()
    page.goto(screen.address + "/second/new")
    page.get_by_role("button", name="認証アプリを登録する").click()
    seen = cv2.imdecode(np.frombuffer(page.locator(".qr svg").screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    # The other detector of this library reads nine of ten addresses only, whatever is drawn how large.
    read, *_ = cv2.QRCodeDetectorAruco().detectAndDecode(seen)
    totp = pyotp.parse_uri(read)
    assert isinstance(totp, pyotp.TOTP)
    assert totp.secret == page.locator("#secret").inner_text().replace(" ", "")
    assert (totp.name, totp.issuer) == ("clinician", "みどり内科")
    page.fill("#code", totp.at(screen.clinic.desk.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="登録できました")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(8)
    assert findings(page) == []


@pytest.mark.timeout(120)
def test_axe_finds_nothing_serious_on_any_of_the_pages(screen: Screen, browser: Browser) -> None:
    page = screen.context.new_page()
    root = f"/clinical/patients/{screen.check_id}"
    found = {}
    for path in ("/clinical", f"{root}/drugs?months=60", f"{root}/treatments", f"{root}/checkups"):
        for size in ({"width": 1366, "height": 768}, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto(screen.address + path)
            found[f"{path} {size['width']}"] = findings(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    fresh = screen.clinic.desk.sign_in(Role.CLINICIAN)
    host = screen.address.replace("http:", "https:")
    screen.context.add_cookies(
        [{"name": COOKIE, "value": fresh, "url": host, "secure": True, "sameSite": "Strict"}]
    )
    page.goto(screen.address + "/second")
    found["enrol"] = findings(page)
    desk = screen.clinic.desk
    code = enrolment.new_code(desk.ledger, "clinician", "kanri", desk.now())
    page.get_by_label("登録コード").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="認証アプリを登録する")).to_be_focused()
    found["begin"] = findings(page)
    page.get_by_role("button", name="認証アプリを登録する").click()
    expect(page.locator("#secret")).to_be_visible()
    found["set up"] = findings(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
