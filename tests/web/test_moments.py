"""Moments of the board: something changes, or somebody goes on, while an answer is on its way or a button is down."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from appliance.demo import people
from appliance.eligibility.visit import Phase
from appliance.ledger import checks, readers
from tests.web.desk_world import Desk, served
from tests.web.test_reception_page import DEAD, VALID, reception

LISTEN = """name => {
  const channel = new BroadcastChannel("live ja /reception/events");
  window.heard = new Promise((done) => (channel.onmessage = ({ data }) => data.name === name && done(channel.close())));
}"""


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    with served(desk) as address, reception(browser, desk, address) as found:
        yield found


@contextlib.contextmanager
def told(page: Page, name: str) -> Iterator[None]:
    """At the end the page has heard an event of this name."""
    page.evaluate(LISTEN, name)
    yield
    page.evaluate("async () => { await window.heard; }")


@contextlib.contextmanager
def drawn_anew(page: Page) -> Iterator[None]:
    """At the end the pane shows another element than at the beginning."""
    page.locator(".detail").evaluate("(detail) => detail.setAttribute('data-before', '')")
    yield
    expect(page.locator(".detail:not([data-before])")).to_be_visible()


def meanwhile(page: Page, address: str, act: Callable[[], object]) -> None:
    """The next answer from there was made before `act` and comes after it."""

    def late(route: Route) -> None:
        made = route.fetch()
        act()
        route.fulfill(response=made)

    page.route(address, late, times=1)


def opened(page: Page, check_id: str) -> None:
    page.locator(f"#check-{check_id} .row-link").click()
    expect(page.locator(".detail")).to_have_attribute("data-id", check_id)


def changed(page: Page, desk: Desk, check_id: str) -> None:
    """The check's row has come to the page anew."""
    with told(page, "row"):
        checks.changed(desk.ledger, check_id)


def moved(page: Page, desk: Desk, phase: Phase) -> None:
    """The patient's step at the first reader has come to the page."""
    with told(page, "readers"):
        readers.show(desk.ledger, "serial-1", desk.now(), phase=phase, visit="v", tries_left=3)


def test_a_button_that_is_down_stays_until_it_is_let_go(desk: Desk, page: Page) -> None:
    moved(page, desk, Phase.PIN)
    tile = page.locator('[data-reader="1"]')
    tile.get_by_role("button").hover()
    page.mouse.down()
    moved(page, desk, Phase.CONSENTS)
    page.mouse.up()
    expect(page.locator(".helping")).to_be_visible()
    # What came meanwhile was drawn then.
    expect(tile).to_contain_text("同意")
    # The focus goes along too.
    tile.get_by_role("button").focus()
    moved(page, desk, Phase.PIN)
    expect(tile).to_contain_text("暗証番号を入力中")
    expect(tile.get_by_role("button")).to_be_focused()


def test_what_was_asked_for_last_is_shown_whatever_changes_meanwhile(desk: Desk, page: Page) -> None:
    dead, valid = desk.person(DEAD), desk.person(VALID)
    opened(page, dead)
    meanwhile(page, f"**/checks/{dead}/certificate", lambda: changed(page, desk, dead))
    page.keyboard.press("p")
    expect(page.locator("form.certificate")).to_be_visible()
    moved(page, desk, Phase.PIN)
    page.locator('[data-reader="1"]').get_by_role("button").click()
    expect(page.locator(".helping")).to_be_visible()
    meanwhile(page, f"**/checks/{valid}", lambda: moved(page, desk, Phase.CONSENTS))
    opened(page, valid)


def test_a_reader_that_moved_on_before_its_pane_came_is_drawn_again(desk: Desk, page: Page) -> None:
    moved(page, desk, Phase.PIN)
    meanwhile(page, "**/helping/1", lambda: moved(page, desk, Phase.CONSENTS))
    page.keyboard.press("h")
    expect(page.locator(".helping")).to_contain_text("同意")


def test_a_key_is_meant_for_the_patient_on_whom_one_has_stopped(desk: Desk, page: Page) -> None:
    second, first = desk.person(DEAD), desk.person(DEAD)
    opened(page, first)
    meanwhile(page, f"**/checks/{second}", lambda: page.keyboard.press("c"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#check-{second}")).to_contain_text("確認済み")
    expect(page.locator(f"#check-{first} [data-act=seen]")).to_be_visible()


def test_what_is_typed_and_what_was_said_outlive_a_change(desk: Desk, page: Page) -> None:
    visit = desk.answered(desk.typed(), "1", replace(people.person("p01").qualifications[0]))
    opened(page, visit)
    number = page.get_by_label("カルテの患者番号")
    number.fill("123456789018")
    page.get_by_label("センターにも照会番号として登録する").uncheck()
    page.get_by_role("button", name="結び付ける").click()
    refusal = page.locator(".detail .refusal")
    expect(refusal).to_contain_text("INPUT-007")
    number.fill("A-7")
    page.get_by_role("button", name="結び付ける").focus()
    with drawn_anew(page):
        checks.changed(desk.ledger, visit)
    expect(number).to_have_value("A-7")
    expect(page.get_by_label("センターにも照会番号として登録する")).not_to_be_checked()
    expect(page.get_by_role("button", name="結び付ける")).to_be_focused()
    expect(refusal).to_contain_text("INPUT-007")
    # Of another visit of the same patient nothing is typed.
    again = desk.answered(desk.typed(), "1", replace(people.person("p01").qualifications[0]))
    meanwhile(page, f"**/checks/{again}", lambda: changed(page, desk, again))
    opened(page, again)
    expect(number).to_have_value("")
    expect(refusal).to_have_count(0)


def test_nobody_is_called_back_to_the_patient_before(desk: Desk, page: Page) -> None:
    waiting, valid = desk.offline(), desk.person(VALID)
    opened(page, waiting)
    form = page.locator("[data-received]")
    form.get_by_role("radio").first.check()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def go_on() -> None:
        opened(page, valid)
        asked.clear()

    meanwhile(page, "**/received", go_on)
    with page.expect_response("**/received"):
        form.get_by_role("button").click()
    expect(page.locator(".detail")).to_have_attribute("data-id", valid)
    with drawn_anew(page):
        checks.changed(desk.ledger, valid)
    assert not [one for one in asked if waiting in one]


def test_a_page_says_what_it_has_before_it_in_the_order_of_its_turns(desk: Desk, page: Page) -> None:
    valid = desk.person(VALID)
    said: list[str] = []
    page.on("request", lambda request: said.append(f"says {request.url.rpartition('/')[2]}"))
    page.on("response", lambda answer: said.append(f"heard {answer.url.rpartition('/')[2]}"))

    def close() -> None:
        expect(page.locator(".detail")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".detail")).to_have_count(0)

    meanwhile(page, "**/attend", close)
    with page.expect_response("**/leave"):
        page.locator(f"#check-{valid} .row-link").click()
    assert said.index("heard attend") < said.index("says leave")
