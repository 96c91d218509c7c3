"""Flu season: patients in a row at two readers and four desks. `python -m tests.stories.flu_season --patients 190`.

Everything is real but the cards, the center and the EMR. It ends well when each patient was answered, each result taken, and the
four boards show the same.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from appliance.demo.people import person
from appliance.eligibility.numbers import normal_insurer_number
from appliance.ledger import checks, deliveries
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import DeliveryState
from appliance.settings import Box
from tests.browser import ARGUMENTS, CHROMIUM
from tests.stories.demo_box import DemoBox, start
from tests.stories.pages import WAIT_MS, signed_in

DESKS, READERS = 4, 2
BY_CARD = ("p01", "p12", "p13", "p14", "p16", "p18", "p19", "p21", "p22", "p04", "p08")
BY_PAPER = ("p02", "p03", "p13", "p19", "p23")


def season(demo: DemoBox, browser: Browser, patients: int) -> list[str]:
    """Receive so many patients, two of three by card; the ids of their checks. Raises `AssertionError`."""
    before = set(_ids(demo))
    by_card = list(islice(cycle(BY_CARD), patients * 2 // 3))
    with _desks(demo, browser) as desks, ThreadPoolExecutor(READERS) as readers:
        visits = [readers.submit(_at_reader, demo, by_card, number) for number in range(READERS)]
        for number, somebody in enumerate(islice(cycle(BY_PAPER), patients - len(by_card))):
            _at_desk(desks[number % DESKS], somebody)
        _all(visits)
        found = [one for one in _ids(demo) if one not in before]
        assert len(found) == patients
        demo.until("every result taken", lambda: _is_taken(demo, found))
        boards = [_board(page, found) for page in desks]
    assert boards == [boards[0]] * DESKS
    return found


def _at_reader(demo: DemoBox, by_card: list[str], number: int) -> None:
    """Those who queue at this reader, one after the other."""
    for somebody in by_card[number::READERS]:
        demo.visit(somebody, reader=number + 1)


def _at_desk(page: Page, somebody: str) -> None:
    """Type what stands on a paper; the desk goes on when the row is there."""
    found = person(somebody).qualifications[0]
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    form = page.locator("form.manual")
    expect(form.locator("[name=insurer_number]")).to_be_focused(timeout=WAIT_MS)
    form.locator("[name=insurer_number]").fill(normal_insurer_number(found.insurer_number or ""))
    form.locator("[name=symbol]").fill(found.insured_card_symbol or "")
    form.locator("[name=number]").fill(found.insured_identification_number or "")
    form.locator("[name=branch]").fill(found.insured_branch_number or "")
    form.locator("[name=birthdate]").fill(found.birthdate or "")
    page.keyboard.press("Enter")
    expect(page.locator(".detail")).to_be_visible(timeout=WAIT_MS)


def _board(page: Page, ids: list[str]) -> dict[str, str]:
    """What the board says of each of them, once it says something final."""
    words = {}
    for check_id in ids:
        row = page.locator(f'#check-{check_id}:not([data-tone="busy"]):not([data-tone="wait"]) .word')
        words[check_id] = row.inner_text(timeout=WAIT_MS)
    return words


def _ids(demo: DemoBox) -> list[str]:
    with closing(Ledger.of(Box(demo.root))) as ledger:
        return [one.id for one in checks.recent(ledger, 1000) if one.family.value == "OQSsiquc01"]


def _is_taken(demo: DemoBox, ids: list[str]) -> bool:
    with closing(Ledger.of(Box(demo.root))) as ledger:
        owed = [deliveries.of_check(ledger, check_id) for check_id in ids]
    return all(one and all(part.state is DeliveryState.ACKNOWLEDGED for part in one) for one in owed)


def _all(visits: list[Future[None]]) -> None:
    for one in visits:
        one.result()


@contextmanager
def _desks(demo: DemoBox, browser: Browser) -> Iterator[list[Page]]:
    with ExitStack() as stack:
        yield [stack.enter_context(signed_in(browser, demo, "reception")) for _ in range(DESKS)]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories.flu_season")
    parser.add_argument("--patients", type=int, default=190)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp"))
        demo = start(Path(folder), READERS)
        stack.callback(demo.close)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        stack.callback(browser.close)
        begun = time.monotonic()
        found = season(demo, browser, given.patients)
        took = time.monotonic() - begun
    print(
        f"{len(found)} patients, {READERS} readers, {DESKS} desks: {took:.0f} s, nothing lost, all boards alike"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
