"""A card that was left behind: a tone at the reader, and words on every page of the staff until it is taken."""

import contextlib

from playwright.sync_api import Browser, expect

from appliance.eligibility.visit import Phase
from appliance.ledger.accounts import Role
from appliance.ledger.readers import Manner
from appliance.web.guard import COOKIE
from tests.web.patient_world import a_world, served, touch_display

COUNT_TONES = """() => {
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function () { window.tones += 1; start.call(this); };
}"""


def test_everybody_is_told_until_it_is_taken(browser: Browser) -> None:
    with contextlib.ExitStack() as stack:
        world = stack.enter_context(a_world())
        address = stack.enter_context(served(world))
        context = stack.enter_context(contextlib.closing(browser.new_context()))
        host = address.replace("http:", "https:")
        cookie = world.sign_in(Role.RECEPTION)
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        context.set_default_timeout(15_000)
        staff = context.new_page()
        staff.goto(f"{address}/bulk")
        alarm = staff.locator("#alarm")
        expect(alarm).to_be_hidden()
        screen = stack.enter_context(touch_display(browser, world, address))
        screen.evaluate(COUNT_TONES)
        world.next_patient()
        world.show(Phase.DONE, manner=Manner(card_left=True))
        expect(screen.get_by_role("heading", name="カードをお忘れです")).to_be_visible()
        screen.wait_for_function("window.tones > 0")
        # The page looks every four seconds.
        expect(alarm).to_contain_text("カードが置かれたままです", timeout=15_000)
        expect(alarm).to_be_visible()
        world.show(Phase.IDLE)
        expect(alarm).to_be_hidden(timeout=15_000)
        expect(screen.locator('.stage[data-phase="idle"]')).to_be_visible()
