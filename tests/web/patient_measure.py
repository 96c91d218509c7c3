"""What the patient screen's pages are measured with: every page there is, and whatever on it is too small, cut off or out of reach."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, expect

from appliance.eligibility.visit import PHONE_WAYS, Display, Hint, Language, Phase, Way
from appliance.ledger.readers import Manner
from tests.web.patient_world import World

_BOTH_WAYS = Manner(ways=(Way.FACE, Way.PIN), sight=True)
_SHOWING = replace(_BOTH_WAYS, hint=Hint.CARD_SHOW)

_BY_PHONE = Manner(ways=PHONE_WAYS, way=Way.ANDROID, phone=True)

PAGES: list[tuple[Phase, dict[str, Any]]] = [
    (Phase.IDLE, {}),
    (Phase.IDLE, {"manner": Manner(phone=True)}),
    (Phase.CHOOSE, {}),
    (Phase.CHOOSE, {"trouble_code": "VISIT-006"}),
    (Phase.CARD_NUMBER, {}),
    (Phase.CARD_NUMBER, {"trouble_code": "CARD-013"}),
    (Phase.CARD_NUMBER, {"manner": _SHOWING}),
    (Phase.CARD_NUMBER, {"manner": _SHOWING, "trouble_code": "CARD-013"}),
    (Phase.SHOW_CARD, {"manner": replace(_BOTH_WAYS, hint=Hint.CARD_GLARE)}),
    (Phase.LAY_BACK, {}),
    (Phase.FACE, {"manner": replace(_BOTH_WAYS, hint=Hint.CUT_OFF)}),
    (Phase.FACE, {"manner": replace(_BOTH_WAYS, hint=Hint.TURN_LEFT)}),
    (Phase.PIN, {"tries_left": 3}),
    (Phase.PIN, {"tries_left": 2, "trouble_code": "CARD-004"}),
    (Phase.PIN, {"tries_left": 3, "trouble_code": "VISIT-005", "staff_called": True}),
    (Phase.GLANCE, {}),
    (Phase.STAFF, {"staff_called": True}),
    (Phase.SIGHT, {}),
    (Phase.CONSENTS, {}),
    (Phase.ASKING, {}),
    (Phase.DONE, {}),
    (Phase.DEFERRED, {}),
    (Phase.FAILED, {"trouble_code": "CARD-005"}),
    (Phase.FAILED, {"trouble_code": "VISIT-008"}),
    (Phase.DONE, {"manner": replace(_BOTH_WAYS, card_left=True)}),
    (Phase.CHOOSE, {"manner": _BY_PHONE}),
    (Phase.PIN, {"manner": _BY_PHONE}),
    (Phase.PIN, {"manner": _BY_PHONE, "tries_left": 2, "trouble_code": "CARD-004"}),
    (Phase.PIN, {"manner": _BY_PHONE, "trouble_code": "PHONE-004"}),
    (Phase.PHONE, {"manner": _BY_PHONE}),
    (Phase.CHECKING_PIN, {"manner": _BY_PHONE}),
    (Phase.DEFERRED, {"manner": _BY_PHONE}),
    (Phase.FAILED, {"manner": _BY_PHONE, "trouble_code": "PHONE-002"}),
    (Phase.FAILED, {"manner": _BY_PHONE, "trouble_code": "PHONE-003"}),
    (Phase.FAILED, {"trouble_code": "PHONE-005"}),
]
"""Every kind of page, some of them with what makes them longest. Of those that only wait `ASKING` stands for all."""


def each_page(
    page: Page, world: World, language: Language, display: Display | None = None
) -> Iterator[tuple[Phase, dict[str, Any]]]:
    """Bring one page after another onto the screen, in `language`, and name it."""
    for phase, more in PAGES:
        world.next_patient()
        manner = replace(more.get("manner", _BOTH_WAYS), language=language, display=display or Display())
        world.show(phase, **{**more, "manner": manner})
        visit = "" if phase is Phase.IDLE else world.visit
        shown = f'.stage[data-phase="{phase}"][data-visit="{visit}"]:lang({language})'
        expect(page.locator(shown)).to_be_attached()
        yield phase, more


_VIEWS = """async (act) => {
  const stage = document.querySelector(".stage");
  stage.inert = false;
  for (const one of stage.querySelectorAll(".choice-no")) one.hidden = false;
  document.getElementById("back").inert = false;
  const pages = [...stage.querySelectorAll("[data-consent]")];
  const sheets = [...stage.querySelectorAll("[data-sheet]")];
  const found = [];
  const view = async (name) => found.push(...(await act()).map((one) => name + ": " + one));
  for (const page of pages.length ? pages : [null]) {
    for (const one of pages) one.hidden = one !== page;
    await view(page ? page.dataset.item ?? page.dataset.consent : "page");
  }
  if (pages.length) for (const one of pages) one.hidden = one !== pages[0];
  for (const sheet of sheets) {
    sheet.hidden = false;
    await view(sheet.dataset.sheet);
    sheet.hidden = true;
  }
  return found;
}"""


def with_views(act: str) -> str:
    """A script that does `act`, which gives a list of texts, on the page and on all that lies behind its buttons."""
    return f"() => ({_VIEWS})({act})"


_LOOK = r"""() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true });
  const found = [];
  const say = (what, e) => found.push(what + " " + e.outerHTML.replace(/\s+/g, " ").slice(0, 90));
  const sheet = document.querySelector("[data-sheet]:not([hidden])");
  const frame = sheet ?? document.body;
  for (const e of frame.querySelectorAll("*")) {
    if (!seen(e)) continue;
    const own = [...e.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim());
    const box = e.getBoundingClientRect();
    if (own.length && parseFloat(getComputedStyle(e).fontSize) < text) say("small text", e);
    for (const node of own) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const holder = (e.closest("button, a, .warning, .pin-words, li") ?? frame).getBoundingClientRect();
      for (const line of range.getClientRects()) {
        if (line.left < Math.max(0, holder.left) - 1 || line.right > Math.min(innerWidth, holder.right) + 1) say("cut off", e);
        if (e.closest("button") && (line.top < holder.top - 1 || line.bottom > holder.bottom + 1)) say("too tall", e);
      }
    }
    if (e.matches("button, a")) {
      if (box.height < touch - 0.5 || box.width < touch - 0.5) say("small target " + box.width + "x" + box.height, e);
      if (mayScroll && !e.matches(".key, .bar-button")) continue;
      const x = box.left + box.width / 2;
      for (const y of [box.top + 4, box.bottom - 4]) if (!e.contains(document.elementFromPoint(x, y))) say("covered", e);
    }
    const scrolls = e.matches(".body, .sheet-body, .pin-words");
    if (scrolls && e.scrollWidth > e.clientWidth + 1) say("scrolls sideways", e);
    const over = e.scrollHeight - e.clientHeight;
    if (scrolls && over > 1 && (!mayScroll || e.querySelector(".keys"))) say("scrolls by " + over, e);
  }
  const pin = document.querySelector(".pin-words")?.getBoundingClientRect();
  const keys = document.querySelector(".keys")?.getBoundingClientRect();
  if (pin && keys && pin.right > keys.left + 1 && pin.bottom > keys.top + 1) say("overlap", document.querySelector(".pin"));
  return found;
}"""

MEASURE = f"([text, touch, mayScroll]) => ({_VIEWS})({_LOOK})"
"""Takes the least size of text and of a target in pixels, and whether a page (never a pad) may be scrolled; gives what is wrong."""
