"""The patient screen in a real Chromium: what a patient sees, touches and types."""

import contextlib
import logging
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.visit import (
    ALL_CONSENTS,
    NO_CONSENTS,
    Choices,
    Consents,
    ConsentWay,
    Hint,
    Language,
    Phase,
    PrescriptionForm,
)
from appliance.hatch import (
    Cancelled,
    GivenConsents,
    ShowsCard,
    StaffCalled,
    TypedCardNumber,
    TypedPin,
    WentBack,
)
from appliance.ledger.readers import Manner
from appliance.web.patient.screen import TEXT_VERSION
from tests.web.patient_world import World, a_world, served, touch_display

PIN = "7390"


@pytest.fixture(scope="module")
def shared_world() -> Iterator[tuple[World, str]]:
    with a_world() as made, served(made) as address:
        yield made, address


@pytest.fixture
def address(shared_world: tuple[World, str]) -> str:
    return shared_world[1]


@pytest.fixture
def world(shared_world: tuple[World, str]) -> World:
    shared_world[0].next_patient()
    return shared_world[0]


@pytest.fixture
def page(browser: Browser, world: World, address: str) -> Iterator[Page]:
    with touch_display(browser, world, address) as opened:
        yield opened


def wait_for(page: Page, phase: Phase) -> None:
    """Until the screen shows `phase` and takes touches."""
    expect(page.locator(f'.stage[data-phase="{phase}"]:not([inert])')).to_be_visible()


def type_on_pad(page: Page, digits: str) -> None:
    for digit in digits:
        page.get_by_role("button", name=digit, exact=True).click()


def full_dots(page: Page) -> int:
    return page.locator(".dots .full").count()


def test_the_screen_follows_the_visit(page: Page, world: World) -> None:
    said = {
        Phase.IDLE: "マイナンバーカードを置いてください",
        Phase.READING: "カードを読み取っています",
        Phase.PIN: "暗証番号を入力してください",
        Phase.CHECKING_PIN: "暗証番号を確認しています",
        Phase.CONSENTS: "医療情報の提供に同意しますか？",
        Phase.ASKING: "受付はまだです。このままお待ちください",
        Phase.DEFERRED: "受付できました。確認は後ほど行います。カードをお取りください",
        Phase.DONE: "受付が終わりました。カードをお取りください",
        Phase.OFFLINE: "ただいま準備しています",
    }
    for phase, words in said.items():
        world.show(phase)
        wait_for(page, phase)
        expect(page.locator("h1:visible")).to_have_text(words)


def test_a_pin_is_typed_and_goes_through_the_hatch_once(
    page: Page, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    type_on_pad(page, "739")
    page.get_by_role("button", name="1文字消す").click()
    assert full_dots(page) == 2
    type_on_pad(page, "90")
    expect(page.get_by_role("img", name="4桁のうち4桁を入力しました")).to_be_visible()
    assert PIN not in page.content().partition("<body")[2]
    page.get_by_role("button", name="確定する").click()
    assert world.next_touch() == TypedPin("1", world.visit, PIN)
    assert full_dots(page) == 0
    assert PIN not in page.content().partition("<body")[2]
    assert PIN not in page.url
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])") == "[{},{}]"
    assert "/patient/1/pin" in caplog.text
    assert f'"{PIN}"' not in caplog.text
    assert f"={PIN}" not in caplog.text


def test_a_pin_can_be_typed_on_a_keyboard(page: Page, world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    page.keyboard.type("73")
    page.keyboard.press("Backspace")
    page.keyboard.type("390777")
    page.keyboard.press("Enter")
    assert world.next_touch() == TypedPin("1", world.visit, PIN)


def test_a_shuffled_pad_is_another_one_each_time_and_marks_no_key(browser: Browser) -> None:
    orders = set()
    with (
        a_world(pin_shuffled=True) as world,
        served(world) as address,
        touch_display(browser, world, address) as page,
    ):
        for _ in range(3):
            world.next_patient()
            world.show(Phase.PIN, tries_left=3)
            expect(page.locator(f'.stage[data-visit="{world.visit}"]:not([inert])')).to_be_visible()
            orders.add("".join(page.locator("[data-digit]").all_inner_texts()))
        assert all(sorted(order) == list("0123456789") for order in orders)
        # Three times the same order: once in ten million million runs.
        assert len(orders) > 1
        key = page.get_by_role("button", name="7", exact=True)
        colour = "e => getComputedStyle(e).backgroundColor + getComputedStyle(e).borderTopColor"
        before = key.evaluate(colour)
        key.hover()
        page.mouse.down()
        assert key.evaluate(colour) == before
        page.mouse.up()
        type_on_pad(page, "3")
        page.keyboard.type("90")
        page.keyboard.press("Enter")
        assert world.next_touch() == TypedPin("1", world.visit, PIN)


def test_enter_with_too_few_digits_does_nothing(page: Page, world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    page.keyboard.type("739")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="確定する")).to_be_disabled()
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    assert world.next_touch() == TypedPin("1", world.visit, PIN)
    assert world.touches.empty()


def test_a_double_tap_sends_once(page: Page, world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    type_on_pad(page, PIN)
    page.get_by_role("button", name="確定する").dblclick()
    page.keyboard.press("Enter")
    assert world.next_touch() == TypedPin("1", world.visit, PIN)
    # The stream is in order: when the next screen stands, anything sent before would have arrived.
    world.show(Phase.CHECKING_PIN)
    wait_for(page, Phase.CHECKING_PIN)
    assert len(posts) == 1
    assert world.touches.empty()


# Two taps at one spot, two frames apart, whatever lies there by then.
TAP_TWICE = """async ([clientX, clientY]) => {
  const frame = () => new Promise(requestAnimationFrame);
  const tap = () => {
    const under = document.elementFromPoint(clientX, clientY);
    for (const name of ["pointerdown", "pointerup"]) {
      under.dispatchEvent(new PointerEvent(name, { pointerId: 1, button: 0, bubbles: true, clientX, clientY }));
    }
  };
  tap();
  await frame();
  await frame();
  tap();
}"""


def test_a_double_tap_on_a_consent_answers_one_item(page: Page, world: World) -> None:
    world.show(Phase.CONSENTS)
    wait_for(page, Phase.CONSENTS)
    page.get_by_role("button", name="個別に選ぶ").click()
    button = page.get_by_role("button", name="同意する", exact=True)
    button.click(trial=True)
    box = button.bounding_box()
    assert box is not None
    page.evaluate(TAP_TWICE, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    expect(page.locator('[data-consent="item"]:visible:not([inert])')).to_contain_text("2 / 5")


def test_after_a_wrong_pin_the_pad_is_empty_and_says_how_many_tries_are_left(
    page: Page, world: World
) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    page.keyboard.type("0000")
    page.keyboard.press("Enter")
    world.next_touch()
    world.show(Phase.CHECKING_PIN, tries_left=3)
    world.show(Phase.PIN, tries_left=2, trouble_code="CARD-004")
    expect(page.get_by_role("alert").filter(has_text="暗証番号を間違えました。 あと2回")).to_be_visible()
    assert full_dots(page) == 0
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    assert world.next_touch() == TypedPin("1", world.visit, PIN)


def test_a_call_for_staff_keeps_the_digits(page: Page, world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    page.keyboard.type("73")
    page.get_by_role("button", name="係員を呼ぶ").click()
    assert world.next_touch() == StaffCalled("1", world.visit)
    world.show(Phase.PIN, tries_left=3, staff_called=True)
    expect(page.get_by_role("button", name="係員を呼びました")).to_be_disabled()
    assert full_dots(page) == 2


def test_a_pin_that_did_not_arrive_is_typed_again(page: Page, world: World) -> None:
    world.refusal = "BOX-005"
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("送れませんでした")).to_be_visible()
    world.refusal = ""
    assert full_dots(page) == 0
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    assert world.next_touch() == TypedPin("1", world.visit, PIN)
    assert world.next_touch() == TypedPin("1", world.visit, PIN)
    expect(page.get_by_text("送れませんでした")).to_be_hidden()


def test_digits_do_not_outlive_their_screen(page: Page, world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    page.keyboard.type("739")
    world.show(Phase.FAILED, trouble_code="VISIT-002")
    wait_for(page, Phase.FAILED)
    world.next_patient()
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    assert full_dots(page) == 0


def given(world: World, consents: Consents, way: ConsentWay, choices: Choices | None = None) -> GivenConsents:
    """The touch of a page in Japanese."""
    return GivenConsents(
        "1", world.visit, consents, way, TEXT_VERSION, choices or Choices(), Language.JAPANESE
    )


@pytest.mark.parametrize(
    ("words", "consents", "way"),
    [("すべて同意する", ALL_CONSENTS, ConsentWay.ALL), ("すべて同意しない", NO_CONSENTS, ConsentWay.NONE)],
)
def test_all_or_nothing_is_one_touch(
    page: Page, world: World, words: str, consents: Consents, way: ConsentWay
) -> None:
    world.show(Phase.CONSENTS)
    wait_for(page, Phase.CONSENTS)
    page.get_by_role("button", name=words).click()
    assert world.next_touch() == given(world, consents, way)


def answer_item(page: Page, at: int, words: str) -> None:
    expect(page.get_by_text(f"{at} / 5")).to_be_visible()
    page.get_by_role("button", name=words, exact=True).click()


def test_items_are_chosen_one_by_one_with_a_way_back(page: Page, world: World) -> None:
    world.show(Phase.CONSENTS)
    wait_for(page, Phase.CONSENTS)
    page.get_by_role("button", name="個別に選ぶ").click()
    answer_item(page, 1, "同意する")
    answer_item(page, 2, "同意する")
    expect(page.get_by_text("3 / 5")).to_be_visible()
    page.get_by_role("button", name="戻る").click()
    answer_item(page, 2, "同意しない")
    for at in (3, 4, 5):
        answer_item(page, at, "同意する")
    expect(page.locator('[data-choice="pharmacists_info"]')).to_contain_text(
        "同意しない", use_inner_text=True
    )
    assert world.touches.empty()
    page.get_by_role("button", name="この内容で進む").click()
    chosen = Consents(True, False, True, True, True)
    assert world.next_touch() == given(world, chosen, ConsentWay.EACH)


def test_what_the_site_asks_beside_follows_whatever_way_was_taken(browser: Browser) -> None:
    with (
        a_world(ask_prescription=True, ask_medical_subsidy=True) as world,
        served(world) as address,
        touch_display(browser, world, address) as page,
    ):
        world.show(Phase.CONSENTS)
        wait_for(page, Phase.CONSENTS)
        page.get_by_role("button", name="すべて同意しない").click()
        page.get_by_role("button", name="電子処方箋").click()
        page.locator("#back").click()
        page.get_by_role("button", name="紙の処方箋").click()
        assert world.touches.empty()
        page.get_by_role("button", name="使う", exact=True).click()
        choices = Choices(PrescriptionForm.PAPER, medical_subsidy=True)
        assert world.next_touch() == given(world, NO_CONSENTS, ConsentWay.NONE, choices)


def test_consents_can_be_given_by_keyboard(page: Page, world: World) -> None:
    world.show(Phase.CONSENTS)
    wait_for(page, Phase.CONSENTS)
    page.get_by_role("button", name="すべて同意しない").focus()
    page.keyboard.press("Enter")
    assert world.next_touch() == given(world, NO_CONSENTS, ConsentWay.NONE)


@pytest.mark.parametrize("by_keyboard", [True, False])
def test_escape_and_the_button_cancel(page: Page, world: World, by_keyboard: bool) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    if by_keyboard:
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="やめる").click()
    assert world.next_touch() == Cancelled("1", world.visit)


def test_a_long_press_counts_and_a_slip_does_not(page: Page, world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    wait_for(page, Phase.PIN)
    key = page.get_by_role("button", name="5", exact=True)
    # What a touch display sends for a finger that stays long: a context menu and never a click.
    for name in ("pointerdown", "contextmenu"):
        key.dispatch_event(name, {"pointerId": 1, "button": 0, "bubbles": True})
    box = key.bounding_box()
    assert box is not None
    where = {"clientX": box["x"] + 5, "clientY": box["y"] + 5}
    key.dispatch_event("pointerup", {"pointerId": 1, "bubbles": True, **where})
    assert full_dots(page) == 1
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    assert full_dots(page) == 1


def test_a_second_display_at_the_reader_shows_the_same(
    browser: Browser, page: Page, world: World, address: str
) -> None:
    with touch_display(browser, world, address) as other:
        world.show(Phase.ASKING)
        wait_for(page, Phase.ASKING)
        wait_for(other, Phase.ASKING)


def test_the_bar_stays_where_it_is(page: Page, world: World) -> None:
    places = set()
    for phase in (Phase.READING, Phase.PIN, Phase.CONSENTS, Phase.ASKING, Phase.DONE, Phase.FAILED):
        world.show(phase, trouble_code="CARD-001" if phase is Phase.FAILED else None)
        wait_for(page, phase)
        places.add(str([page.locator("#back").bounding_box(), page.locator("#staff").bounding_box()]))
    assert len(places) == 1


def test_the_screen_survives_a_restart_of_the_web_process(browser: Browser) -> None:
    with a_world() as world, contextlib.ExitStack() as displays:
        world.next_patient()
        with served(world) as address:
            page = displays.enter_context(touch_display(browser, world, address))
            wait_for(page, Phase.IDLE)
        expect(page.get_by_text("画面の接続が切れました")).to_be_visible()
        expect(page.locator("#place")).to_have_attribute("inert", "")
        world.restart()
        world.show(Phase.PIN, tries_left=3)
        with served(world, int(address.rpartition(":")[2])):
            wait_for(page, Phase.PIN)
            expect(page.get_by_text("画面の接続が切れました")).to_be_hidden()
            page.keyboard.type(PIN)
            page.keyboard.press("Enter")
            assert world.next_touch() == TypedPin("1", world.visit, PIN)


def test_the_cards_number_is_shown_or_typed(page: Page, world: World) -> None:
    offered = Manner(hint=Hint.CARD_SHOW)
    world.show(Phase.CARD_NUMBER, manner=offered)
    wait_for(page, Phase.CARD_NUMBER)
    page.keyboard.type("1")
    page.click("[data-show]")
    assert world.next_touch() == ShowsCard("1", world.visit)
    world.show(Phase.SHOW_CARD, manner=Manner(hint=Hint.CARD_SIDE))
    wait_for(page, Phase.SHOW_CARD)
    expect(page.locator(".face h1")).to_contain_text("裏返して")
    page.click("[data-type]")
    assert world.next_touch() == WentBack("1", world.visit)
    world.show(Phase.CARD_NUMBER, manner=offered)
    wait_for(page, Phase.CARD_NUMBER)
    page.click("[data-keys]")
    page.keyboard.type("55021720352285")
    page.keyboard.press("Enter")
    assert world.next_touch() == TypedCardNumber("1", world.visit, "55021720352285")
    world.show(Phase.CARD_NUMBER, trouble_code="VISIT-009")
    wait_for(page, Phase.CARD_NUMBER)
    expect(page.get_by_role("alert")).to_contain_text("カメラで番号を読み取れませんでした")
    expect(page.locator("[data-show]")).to_have_count(0)
    expect(page.locator(".number .keys")).to_be_visible()
