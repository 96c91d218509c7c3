"""Pictures of every page of a working demo, for people to look at: `python -m tests.stories.page_pictures --to FOLDER`.

One picture a page: three screens side by side (a reception PC, a tablet, a phone), light above dark.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from appliance.web.texts.choice import COOKIE as LANGUAGE_COOKIE
from tests.browser import ARGUMENTS, CHROMIUM
from tests.bulk_lists import as_list, row
from tests.stories.demo_box import DemoBox, start
from tests.stories.pages import signed_in

SIZES = ((1366, 768), (820, 1180), (390, 844))
LIGHTS = ("light", "dark")
HEIGHT = 560
"""Pixels of each screen in the picture."""
GAP = 12
QUALITY = 70


def as_it_is(_page: Page) -> None:
    """Nothing to do first."""


@dataclass(frozen=True)
class Shown:
    """One picture: its name, who sees it, where, and what that person does first."""

    name: str
    role: str
    path: str
    first: Callable[[Page], None] = as_it_is


def _typing(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator("form.manual [name=insurer_number]")).to_be_focused()


def _first_row(page: Page) -> None:
    page.locator("#rows .row-link").first.click()
    expect(page.locator(".detail")).to_be_visible()


def _reader(page: Page) -> None:
    page.locator('[data-reader="1"]').locator("button, a").first.click()
    expect(page.locator(".helping")).to_be_visible()


def _certificates(page: Page) -> None:
    page.keyboard.press("l")
    page.locator(".pane").get_by_role("heading", name="公費の証").wait_for()


def _guided(page: Page) -> None:
    page.locator("[name=cause]").nth(1).check(force=True)
    page.locator("[name=has]").nth(1).check(force=True)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def _in_english(page: Page) -> None:
    page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "en", "url": page.url}])
    page.reload()
    page.locator("html[lang=en]").wait_for()
    page.context.clear_cookies(name=LANGUAGE_COOKIE)


def _expected(page: Page) -> None:
    page.keyboard.press("v")
    page.locator("#expected-rows li").first.wait_for()


def _menu(page: Page) -> None:
    page.keyboard.press("F2")


def _locked(page: Page) -> None:
    """It stays so: the last page of its role."""
    if page.locator('main form[action="/unlock"]').count() == 0:
        page.keyboard.press("F2")
        page.get_by_role("button", name="画面をロックする").click()
    page.locator('main form[action="/unlock"]').wait_for()


def _opened(action: str) -> Callable[[Page], None]:
    """Open the oldest patient's record of that kind: somebody of whom there is much to see."""

    def first(page: Page) -> None:
        page.locator(f'form[action$="{action}"] button').last.click()
        page.locator("[data-kind]").first.wait_for()

    return first


def _leading(pattern: str) -> Callable[[Page], None]:
    """Follow the first link whose address has `pattern`."""

    def first(page: Page) -> None:
        link = page.locator(f'a[href*="{pattern}"]').first
        page.goto(str(link.evaluate("link => link.href")))

    return first


PAGES = (
    Shown("sign-in", "", "/"),
    Shown("screen", "", "/screen"),
    Shown("patient", "patient_screen", "/patient/2"),
    Shown("reception", "reception", "/"),
    Shown("reception-menu", "reception", "/", _menu),
    Shown("reception-typing", "reception", "/", _typing),
    Shown("reception-detail", "reception", "/", _first_row),
    Shown("reception-certificates", "reception", "/", _certificates),
    Shown("bulk", "reception", "/bulk"),
    Shown("bulk-run", "reception", "/bulk", _leading("/bulk/")),
    Shown("outage", "reception", "/outage"),
    Shown("outage-note", "reception", "/outage/notes/new"),
    Shown("tasks", "reception", "/tasks"),
    Shown("tasks-month", "reception", "/tasks/month"),
    Shown("queue", "reception", "/queue"),
    Shown("fallback", "reception", "/fallback"),
    Shown("fallback-answer", "reception", "/fallback", _guided),
    Shown("fallback-declaration", "reception", "/fallback/declaration"),
    Shown("printing", "reception", "/printing"),
    Shown("printing-points", "reception", "/printing/points"),
    Shown("printing-questionnaire", "reception", "/printing/questionnaire"),
    Shown("printing-card", "reception", "/printing/card"),
    Shown("help", "reception", "/help"),
    Shown("help-tour", "reception", "/help/tour"),
    Shown("help-duty", "administrator", "/help/duty"),
    Shown("help-troubles", "reception", "/help/troubles"),
    Shown("statistics", "administrator", "/statistics"),
    Shown("statistics-failures", "administrator", "/statistics/failures"),
    Shown("statistics-points", "administrator", "/statistics/points"),
    Shown("statistics-quotes", "administrator", "/statistics/quotes"),
    Shown("statistics-archive", "administrator", "/statistics/archive"),
    Shown("desk", "administrator", "/desk"),
    Shown("desk-readers", "administrator", "/desk/readers"),
    Shown("desk-readers-compare", "administrator", "/desk/readers/compare?width=300&depth=200&height=250"),
    Shown("desk-consumers", "administrator", "/desk/consumers"),
    Shown("desk-consumer", "administrator", "/desk/consumers/emr"),
    Shown("account", "administrator", "/account"),
    Shown("desk-accounts", "administrator", "/desk/accounts"),
    Shown("desk-screens", "administrator", "/desk/screens"),
    Shown("desk-maintenance", "administrator", "/desk/maintenance"),
    Shown("desk-certificate", "administrator", "/desk/certificate"),
    Shown("desk-certificate-guide", "administrator", "/desk/certificate/guide"),
    Shown("desk-line", "administrator", "/desk/line"),
    Shown("desk-settings", "administrator", "/desk/settings"),
    Shown("desk-audit", "administrator", "/desk/audit"),
    Shown("desk-audit-review", "administrator", "/desk/audit/review"),
    Shown("desk-audit-state", "administrator", "/desk/audit/state"),
    Shown("desk-assets", "administrator", "/desk/assets"),
    Shown("desk-tls", "administrator", "/desk/tls"),
    Shown("trust", "administrator", "/trust"),
    Shown("desk-health", "administrator", "/desk/health"),
    Shown("desk-backups", "administrator", "/desk/backups"),
    Shown("desk-support", "administrator", "/desk/support"),
    Shown("desk-reset", "administrator", "/desk/reset"),
    Shown("desk-update", "administrator", "/desk/update"),
    Shown("desk-retention", "administrator", "/desk/retention"),
    Shown("desk-security", "administrator", "/desk/security-checklist"),
    Shown("desk-trial", "administrator", "/desk/trial"),
    Shown("desk-disaster", "administrator", "/desk/disaster"),
    Shown("clinical", "clinician", "/clinical"),
    Shown("clinical-drugs", "clinician", "/clinical", _opened("/drugs/open")),
    Shown("clinical-treatments", "clinician", "/clinical", _opened("/treatments/open")),
    Shown("clinical-checkups", "clinician", "/clinical", _opened("/checkups/open")),
    Shown("emergency", "reception", "/emergency"),
    Shown("desk-emergency", "administrator", "/desk/emergency"),
    Shown("disaster", "clinician", "/disaster"),
    Shown("locked", "clinician", "/clinical", _locked),
    Shown("reception-in-english", "reception", "/", _in_english),
    Shown("reception-expected", "reception", "/", _expected),
)
AT_THE_READER = (
    Shown("reception-reader", "reception", "/", _reader),
    Shown("patient-pin", "patient_screen", "/patient/1"),
)
"""What is taken last: the card that lies there for it raises its alarm on every page after a while."""


def a_morning(demo: DemoBox, browser: Browser, folder: Path) -> None:
    """Patients by card and by list, a doctor's questions, an outage note, one patient still at the reader."""
    for person in ("p01", "p04", "p12", "p22"):
        demo.visit(person)
    listed = folder / "list.csv"
    listed.write_bytes(as_list(*(row(person) for person in ("p02", "p03", "p13", "p18", "p19"))))
    assert demo.run("bulk", "upload", str(listed), "--now").returncode == 0
    with signed_in(browser, demo, "clinician") as doctor:
        for action in ("/drugs/open", "/treatments/open", "/checkups/open"):
            doctor.goto(f"{demo.url}/clinical")
            _opened(action)(doctor)
    demo.do("demo", "center", "fault", "down")
    demo.lay_card("p14", pin="1234")
    demo.take_card()


def pictures(demo: DemoBox, browser: Browser, wanted: tuple[Shown, ...]) -> Iterator[tuple[str, Image.Image]]:
    """Each page's picture. Raises `AssertionError` for a page that does not open."""
    for role in dict.fromkeys(shown.role for shown in wanted):
        with signed_in(browser, demo, role) if role else _nobody(browser) as page:
            for shown in wanted:
                if shown.role == role:
                    yield shown.name, _picture(demo, page, shown)


@contextmanager
def _nobody(browser: Browser) -> Iterator[Page]:
    with closing(browser.new_context(ignore_https_errors=True, locale="ja-JP")) as context:
        yield context.new_page()


def _picture(demo: DemoBox, page: Page, shown: Shown) -> Image.Image:
    rows = []
    for light in LIGHTS:
        page.emulate_media(color_scheme="dark" if light == "dark" else "light")
        screens = []
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(demo.url + shown.path)
            assert answer is not None
            assert answer.ok, shown.path
            shown.first(page)
            page.wait_for_timeout(300)
            whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            screens.append(whole.resize((width * HEIGHT // height, HEIGHT), Image.Resampling.LANCZOS))
        rows.append(screens)
    size = (sum(one.width + GAP for one in rows[0]) - GAP, len(rows) * (HEIGHT + GAP) - GAP)
    sheet = Image.new("RGB", size, "#888888")
    for down, screens in enumerate(rows):
        across = 0
        for one in screens:
            sheet.paste(one, (across, down * (HEIGHT + GAP)))
            across += one.width + GAP
    return sheet


def _all(demo: DemoBox, browser: Browser, names: list[str]) -> Iterator[tuple[str, Image.Image]]:
    yield from pictures(demo, browser, tuple(one for one in PAGES if not names or one.name in names))
    demo.lay_card("p16")
    yield from pictures(demo, browser, tuple(one for one in AT_THE_READER if not names or one.name in names))


@contextmanager
def _demo_and_browser() -> Iterator[tuple[DemoBox, Browser, Path]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp")))
        demo = start(folder, 2)
        stack.callback(demo.close)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        stack.callback(browser.close)
        yield demo, browser, folder


def _index(folder: Path) -> str:
    """The page that shows all of them."""
    lines = [
        "# The pages, as they look",
        "",
        "Made by `make pictures` from a working demo: 1366×768, 820×1180 and 390×844 side by side, light above dark. People, numbers and",
        "clinics are made up. Date and file fields speak the language of the browser.",
    ]
    for one in (*PAGES, *AT_THE_READER):
        if (folder / f"{one.name}.webp").exists():
            lines += ["", f"## {one.name}", "", f"`{one.path}`", "", f"![{one.name}]({one.name}.webp)"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories.page_pictures")
    parser.add_argument("--to", type=Path, default=Path("docs/pages"))
    parser.add_argument("names", nargs="*", help="only these pages")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with _demo_and_browser() as (demo, browser, folder):
        a_morning(demo, browser, folder)
        for name, picture in _all(demo, browser, given.names):
            picture.save(given.to / f"{name}.webp", quality=QUALITY, method=6)
            print(name, (given.to / f"{name}.webp").stat().st_size // 1024, "KB", flush=True)
    (given.to / "README.md").write_text(_index(given.to), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
