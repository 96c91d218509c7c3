"""The box beside an official terminal with two readers of its own, whose face folder another product reads too."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from appliance.cli.common import Exit
from appliance.demo import paths
from appliance.demo.control import ask
from appliance.ledger import checks, conditions
from appliance.ledger.checks import Check
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.stories.demo_box import DemoBox, start
from tests.stories.pages import WAIT_MS, sees, signed_in
from tests.stories.test_outages import pid_of, reader_row

pytestmark = pytest.mark.timeout(180)
NOTE_WORDS = """() => {
  window.words = [];
  const note = () => words.push(...[...document.querySelectorAll("#rows .word")].map((word) => word.textContent));
  new MutationObserver(note).observe(document.getElementById("rows"), { childList: true });
}"""
P02 = (
    "check",
    "--insurer-number",
    "02139996",
    "--symbol",
    "試船",
    "--number",
    "3232",
    "--birthdate",
    "S64.1.7",
)


@pytest.fixture(scope="module")
def beside() -> Iterator[DemoBox]:
    """A demo with a virtual terminal in place of the center's Web API."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        running = start(Path(folder), 1, "--terminal")
        yield running
        try:
            assert running.stop() == 0
        finally:
            running.close()


@pytest.fixture(autouse=True)
def healed(beside: DemoBox) -> Iterator[None]:
    yield
    tell(beside, "heal")
    beside.until("the line", lambda: line_of(beside) is LinkState.UP)


def tell(beside: DemoBox, do: str, **members: str) -> Any:
    """What `madoguchi demo terminal` says to the terminal."""
    return ask(paths.terminal_socket(beside.root), {"do": do, **members})


@contextmanager
def ledger_of(beside: DemoBox) -> Iterator[Ledger]:
    """The ledger itself: to look often, a command each time would take too long."""
    ledger = Ledger.of(Box(beside.root))
    yield ledger
    ledger.close()


def line_of(beside: DemoBox) -> LinkState:
    with ledger_of(beside) as ledger:
        return conditions.get(ledger, Link.CENTER).state


def newest_first(beside: DemoBox) -> tuple[Check, ...]:
    with ledger_of(beside) as ledger:
        return checks.recent(ledger, 100)


def check_of(beside: DemoBox, check_id: str) -> Check:
    return next(check for check in newest_first(beside) if check.id == check_id)


def ask_by_numbers(beside: DemoBox) -> str:
    """A check by numbers that nobody waits for; its id."""
    done = beside.run(*P02, "--wait", "0", "--json")
    assert done.returncode == Exit.DEFERRED, done.stderr
    return newest_first(beside)[0].id


def until_count(beside: DemoBox, count: int) -> None:
    beside.until(f"{count} checks", lambda: len(newest_first(beside)) == count)


def until_asked(beside: DemoBox, count: int) -> None:
    beside.until("the request picked up", lambda: len(tell(beside, "state")["asked"]) == count)


def asked(beside: DemoBox) -> int:
    """How many requests the terminal has picked up; none of them a second time."""
    state = tell(beside, "state")
    assert len(set(state["asked"])) == len(state["asked"])
    assert len(set(state["identifiers"])) == len(state["identifiers"])
    return len(state["asked"])


def test_numbers_are_asked_through_the_terminal(beside: DemoBox) -> None:
    found = beside.do(*P02, "--json")
    assert (found["state"], found["qualification_validity"]) == ("answered", "1")
    assert found["result"]["results"][0]["insurer_name"] == "架空船員保険"
    assert asked(beside) == 1
    res = Path(beside.facts["terminal"]["res"])
    beside.until("the result put away", lambda: list(res.iterdir()) == [])


def test_two_patients_at_two_readers_of_the_terminal_appear_on_the_board(
    browser: Browser, beside: DemoBox
) -> None:
    before = {check.id for check in newest_first(beside)}
    with signed_in(browser, beside, "reception") as desk:
        for person in ("p01", "p03"):
            beside.do("demo", "terminal", "face", person)
        until_count(beside, len(before) + 2)
        new = [check for check in newest_first(beside) if check.id not in before]
        for check in new:
            sees(desk, check.id, "有効")
    for check in new:
        done = beside.until_delivered(check.id)
        assert (done["state"], done["origin"], done["reader"]) == ("answered", "card", "terminal")
        assert {one["consumer"] for one in done["deliveries"]} == {"emr", "receipt-folder"}
    assert len(list(Path(beside.facts["folder"]["face"]).iterdir())) == 2


def test_duplicate_half_written_and_japanese_files_are_one_visit_each(beside: DemoBox) -> None:
    before = len(newest_first(beside))
    for number, kind in enumerate(("duplicate", "half-written", "cp932"), start=1):
        tell(beside, "fault", kind=kind)
        tell(beside, "face", person=f"p0{number + 3}")
        tell(beside, "heal")
        until_count(beside, before + number)
    assert beside.do(*P02, "--json")["state"] == "answered"
    assert len(newest_first(beside)) == before + 4, "no copy was taken for another visit meanwhile"


def test_a_result_that_comes_too_late_still_closes_its_check(browser: Browser, beside: DemoBox) -> None:
    count = asked(beside)
    beside.do("demo", "terminal", "fault", "late")
    with signed_in(browser, beside, "reception") as desk:
        # That it is being asked is said for the seconds that an answer is waited for: shorter than some looks take.
        desk.evaluate(NOTE_WORDS)
        check_id = ask_by_numbers(beside)
        beside.until("too late", lambda: check_of(beside, check_id).trouble_code == "TERMINAL-002")
        sees(desk, check_id, "照会待ち")
        assert "照会中" in desk.evaluate("words")
        beside.do("demo", "terminal", "heal")
        sees(desk, check_id, "有効")
    assert beside.until_delivered(check_id)["state"] == "answered"
    assert asked(beside) == count + 1


def test_sync_killed_while_a_result_is_awaited_asks_nobody_again(beside: DemoBox) -> None:
    count = asked(beside)
    tell(beside, "fault", kind="late")
    check_id = ask_by_numbers(beside)
    until_asked(beside, count + 1)
    killed = pid_of(beside, "sync")
    os.kill(killed, signal.SIGKILL)
    beside.until("sync back", lambda: line_of(beside) is LinkState.UP and pid_or(beside, killed) != killed)
    assert check_of(beside, check_id).state in {"asking", "waiting"}
    tell(beside, "heal")
    assert beside.until_delivered(check_id)["state"] == "answered"
    assert asked(beside) == count + 1


def pid_or(beside: DemoBox, usual: int) -> int:
    """The process id of sync, `usual` while there is none."""
    try:
        return pid_of(beside, "sync")
    except AssertionError:
        return usual


def test_a_terminal_that_hangs_is_named_at_reception(browser: Browser, beside: DemoBox) -> None:
    tell(beside, "fault", kind="dead")
    check_id = ask_by_numbers(beside)
    with signed_in(browser, beside, "reception") as desk:
        expect(desk.locator("[data-link=center]")).to_contain_text(
            "端末の連携アプリが動いていません", timeout=WAIT_MS
        )
        tell(beside, "heal")
        sees(desk, check_id, "有効")


def test_a_request_that_comes_back_tells_why(beside: DemoBox) -> None:
    tell(beside, "fault", kind="err")
    done = beside.do(*P02, "--json")
    assert (done["state"], done["trouble_code"]) == ("refused", "TERMINAL-004")
    assert "デモの端末が返しました" in done["result"]["header"]["error_message"]


def test_a_card_on_our_own_reader_is_sent_to_the_terminals(beside: DemoBox) -> None:
    before = len(newest_first(beside))
    beside.lay_card("p01")
    beside.until("the advice", lambda: reader_row(beside, 1)["phase"] == "failed")
    assert reader_row(beside, 1)["trouble_code"] == "READER-004"
    beside.take_card()
    assert len(newest_first(beside)) == before


def test_the_face_folder_is_as_the_terminal_left_it(beside: DemoBox) -> None:
    count = len(newest_first(beside))
    (one,) = tell(beside, "face", person="p08")["files"]
    path = Path(beside.facts["terminal"]["face"]) / one
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    until_count(beside, count + 1)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before
    written = tell(beside, "state")["faces"]
    assert sorted(written) == sorted(found.name for found in path.parent.iterdir())
