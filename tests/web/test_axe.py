"""axe, the checker of accessibility rules, over the patient screen and the pages of the staff: nothing serious, nothing critical."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.visit import Display, Language, Phase, Way
from appliance.ledger import accounts, api_tokens, consumers, emergency, health, mornings, readers, shown_code
from appliance.ledger.accounts import Role
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.emergency import Why
from appliance.ledger.readers import Manner
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from appliance.web.first.app import create_app as bare_app
from appliance.web.guard import COOKIE
from tests.web.axe import LOAD, RUN, findings
from tests.web.desk_world import PASSWORD, Desk, client_of, served
from tests.web.outage_world import noted
from tests.web.page_server import page_server
from tests.web.patient_measure import each_page, with_views
from tests.web.patient_world import World, a_world, touch_display
from tests.web.patient_world import served as served_world
from tests.web.test_desk_health import FOUND
from tests.web.test_expected_rows import listed


@pytest.fixture(scope="module")
def shared_world() -> Iterator[tuple[World, str]]:
    with a_world() as made, served_world(made) as address:
        yield made, address


@pytest.mark.parametrize("display", [Display(), Display(big=True, contrast=True)], ids=["plain", "big"])
def test_every_page_of_the_patient_screen(
    browser: Browser, shared_world: tuple[World, str], display: Display
) -> None:
    world, address = shared_world
    found = {}
    with touch_display(browser, world, address) as page:
        page.evaluate(LOAD)
        for phase, more in each_page(page, world, Language.JAPANESE, display):
            # The sheets are the same on every page.
            has_more = phase in (Phase.IDLE, Phase.CONSENTS)
            found[f"{phase} {more}"] = page.evaluate(with_views(RUN) if has_more else RUN)
    assert {one: wrong for one, wrong in found.items() if wrong} == {}


def test_the_patient_screen_in_every_language(browser: Browser, shared_world: tuple[World, str]) -> None:
    world, address = shared_world
    found = {}
    with touch_display(browser, world, address) as page:
        for language in Language:
            world.next_patient()
            world.show(Phase.PIN, tries_left=3, manner=Manner(ways=(Way.FACE, Way.PIN), language=language))
            expect(page.locator(f'.stage[data-visit="{world.visit}"]:not([inert])')).to_be_visible()
            assert page.evaluate("document.body.lang") == language
            found[language] = findings(page)
    assert {one: wrong for one, wrong in found.items() if wrong} == {}


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """Any page of the staff, for an administrator, who has something open in an emergency."""
    desk.settings = replace(desk.settings, emergency_minutes=15)
    with served(desk) as address, contextlib.closing(browser.new_context(base_url=address)) as context:
        context.set_default_timeout(40_000)
        host = address.replace("http:", "https:")
        cookie = desk.sign_in(Role.ADMINISTRATOR)
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        now, lasts = desk.now(), timedelta(minutes=15)
        emergency.begin(desk.ledger, cookie, Role.ADMINISTRATOR, Why.OTHER, "医師を待てない", lasts, now)
        yield context.new_page()


def _manual(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.get_by_label("保険者番号")).to_be_focused()


def _detail(page: Page) -> None:
    page.locator("#rows .row-link").first.click()
    expect(page.locator(".detail")).to_be_visible()


def _expected(page: Page) -> None:
    page.locator("#expected-rows .row-link:visible").first.click()
    expect(page.locator(".detail")).to_contain_text("まだいらしていません")


def _reader(page: Page) -> None:
    page.locator('[data-reader="1"]').locator("button, a").first.click()
    expect(page.locator(".helping")).to_be_visible()


@pytest.mark.timeout(150)
def test_the_board_and_what_opens_beside_it(desk: Desk, page: Page) -> None:
    listed(desk, client_of(desk))
    for person in ("p01", "p04", "p09"):
        desk.person(person)
    desk.offline()
    manner = Manner(ways=(Way.FACE, Way.PIN), sight=True)
    shown: dict[str, Any] = {
        "phase": Phase.PIN,
        "visit": "v",
        "tries_left": 2,
        "staff_called": True,
        "manner": manner,
    }
    readers.show(desk.ledger, "serial-1", desk.now(), **shown)
    found = {}
    steps: list[Callable[[Page], None]] = [lambda _page: None, _manual, _detail, _expected, _reader]
    page.goto("/")
    page.locator("body.is-live").wait_for()
    for at, step in enumerate(steps):
        step(page)
        found[at] = findings(page)
    assert {at: wrong for at, wrong in found.items() if wrong} == {}


def _with_a_given_password(desk: Desk, page: Page) -> list[str]:
    """Sign in as somebody whose password was given, see what is shown, and change it by keyboard."""
    accounts.add(desk.ledger, "hanako", Role.RECEPTION, PASSWORD, desk.now(), is_given=True)
    page.keyboard.type("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("いまのパスワード")).to_be_focused()
    found = findings(page)
    for text in (PASSWORD, "Yoru-no-9ji ni 閉める", "Yoru-no-9ji ni 閉める"):
        page.keyboard.insert_text(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#rows").wait_for(state="attached")
    return found


@pytest.mark.timeout(150)
def test_the_other_pages_of_the_staff(desk: Desk, page: Page) -> None:
    health.note(desk.ledger, FOUND, desk.now())
    mornings.note(desk.ledger, clinic_day(desk.now()), health.picture(desk.ledger, desk.now()), desk.now())
    noted(desk)
    desk.person("p04")
    consumers.add(desk.ledger, "chart", ConsumerKind.API, desk.now())
    api_tokens.make(desk.ledger, "chart", "engineer", desk.now())
    found = {}
    for path in (
        "/bulk",
        "/outage",
        "/outage/notes/new",
        "/tasks",
        "/tasks/month",
        "/desk/line",
        "/desk/certificate",
        "/statistics",
        "/statistics/failures",
        "/statistics/points",
        "/statistics/quotes",
        "/statistics/archive",
        "/fallback",
        "/fallback/declaration",
        "/help",
        "/help/duty",
        "/desk",
        "/desk/accounts",
        "/second/new",
        "/second/ways",
        "/account",
        "/desk/screens",
        "/desk/maintenance",
        "/emergency",
        "/desk/emergency",
        "/desk/consumers",
        "/desk/consumers/chart",
        "/desk/consumers/chart/tokens",
        "/desk/consumers/receipt/share",
        "/desk/settings",
        "/desk/assets",
        "/desk/audit",
        "/desk/audit/review",
        "/desk/audit/state",
        "/desk/backups",
        "/desk/support",
        "/desk/reset",
        "/desk/update",
        "/desk/retention",
        "/desk/security-checklist",
        "/desk/tls",
        "/desk/health",
        "/desk/health/morning",
        "/trust",
        "/desk/trial",
        "/desk/readers",
        "/desk/readers/compare?width=300&depth=200&height=250",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        if path == "/desk/consumers/chart":
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found[path] = findings(page)
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_role("heading", name="受付にサインイン")).to_be_visible()
    found["sign-in"] = findings(page)
    found["first password"] = _with_a_given_password(desk, page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_pages_of_a_box_without_a_clinic(browser: Browser, box_dir: Path) -> None:
    box = Box(box_dir)
    box.create()
    server = page_server(bare_app(box, Settings(institution_code=""), utc_now, lambda: None))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = {}
    try:
        context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}")
        page = context.new_page()
        page.goto("/")
        for code in ("2222-2222-2222", shown_code.shown(box)):
            page.get_by_label("装置のコード").fill(code)
            page.get_by_role("button", name="次へ").click()
            expect(page.locator("[role=alert], h1:has-text('どのように')")).to_be_visible()
            found[code] = findings(page)
        for path in ("/start/backup", "/start/clinic"):
            page.goto(path)
            found[path] = findings(page)
        page.get_by_label("医療機関コード").fill("1319999999")
        page.get_by_label("医院の名前").fill("みどり内科")
        page.get_by_role("button", name="装置を設定する").click()
        expect(page.get_by_role("heading", name="装置を設定しました")).to_be_visible()
        found["made"] = findings(page)
        context.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(found) == 5
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
