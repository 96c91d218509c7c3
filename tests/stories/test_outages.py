"""When something breaks in the middle of a morning: the center, the broker, the card service, a process of the box."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo.people import person
from tests.stories.demo_box import DemoBox
from tests.stories.noting import type_numbers, write_note
from tests.stories.pages import WAIT_MS, row, sees, signed_in

pytestmark = pytest.mark.timeout(180)


def test_center_down_three_patients_center_back(browser: Browser, demo: DemoBox) -> None:
    with signed_in(browser, demo, "reception") as desk:
        demo.do("demo", "center", "fault", "down")
        visits = [demo.visit(person) for person in ("p13", "p14", "p15")]
        for check_id in visits:
            sees(desk, check_id, "照会待ち")
        # What the look at the line found, once it has looked: nobody listens at the center's door.
        expect(desk.locator("[data-link=center]")).to_contain_text("接続を断られました", timeout=WAIT_MS)
        is_received_by_the_guide(desk, visits[0])
        assert {check["state"] for check in demo.checks() if check["id"] in visits} == {"waiting"}
        demo.do("demo", "center", "heal")
        for check_id in visits:
            sees(desk, check_id, "有効")
    delivered = [demo.until_delivered(check_id) for check_id in visits]
    answered_at = [check["answered_at"] for check in delivered]
    assert answered_at == sorted(answered_at)
    counts = demo.do("demo", "center", "state")["checks"]
    assert [counts[check_id]["answered"] for check_id in visits] == [1, 1, 1]
    received = demo.do("demo", "emr", "do", "received")["delivery_ids"]
    assert len(received) == len(set(received))


def is_received_by_the_guide(desk: Page, check_id: str) -> None:
    """By keys alone from the row that waits to what to do with its patient, and back."""
    desk.click(f"#check-{check_id} .row-link")
    expect(desk.locator(f"article[data-id='{check_id}']")).to_be_visible(timeout=WAIT_MS)
    desk.keyboard.press("g")
    expect(desk.locator("#cause-now")).to_have_text("センターが止まっている", timeout=WAIT_MS)
    desk.wait_for_load_state()  # a page has no keys before its script has run
    desk.keyboard.press("Enter")
    best = desk.locator(".best")
    expect(best).to_have_attribute("data-document", "declaration", timeout=WAIT_MS)
    desk.wait_for_load_state()
    expect(best).to_contain_text("障害時メモ（カードの氏名・性別・生年月日・住所）")
    desk.keyboard.press("2")
    expect(best).to_have_attribute("data-document", "certificate", timeout=WAIT_MS)
    expect(best).to_contain_text("現在の資格")
    desk.keyboard.press("b")
    expect(desk.locator(f"article[data-id='{check_id}']")).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize("fault", ["drop", "garbage", "http-500", "wrong-certificate", "out-of-hours"])
def test_center_misbehaving_loses_nothing(demo: DemoBox, fault: str) -> None:
    demo.do("demo", "center", "fault", fault)
    try:
        check_id = demo.visit("p16")
        demo.until(
            "waiting", lambda: next(c for c in demo.checks() if c["id"] == check_id)["state"] == "waiting"
        )
    finally:
        demo.do("demo", "center", "heal")
    assert demo.until_delivered(check_id)["state"] == "answered"


def test_center_refusing_the_question_closes_the_check_and_says_so(browser: Browser, demo: DemoBox) -> None:
    demo.do("demo", "center", "fault", "refuse")
    try:
        with signed_in(browser, demo, "reception") as desk:
            check_id = demo.visit("p17")
            sees(desk, check_id, "受け付け")
    finally:
        demo.do("demo", "center", "heal")
    check = demo.until_delivered(check_id)
    assert (check["state"], check["trouble_code"]) == ("refused", "CENTER-004")


def test_broker_killed_and_restarted_delivers_once(demo: DemoBox) -> None:
    broker = int((demo.root / "broker" / "mosquitto.pid").read_text("ascii"))
    seen = demo.do("demo", "emr", "do", "pause-acks")["seen"]
    check_id = demo.visit("p19")
    demo.until("the offer", lambda: demo.do("demo", "emr", "do", "received")["seen"] > seen)
    os.kill(broker, signal.SIGKILL)
    demo.do("demo", "emr", "do", "resume-acks")
    check = demo.until_delivered(check_id)
    delivery = next(row for row in check["deliveries"] if row["consumer"] == "emr")
    assert demo.do("demo", "emr", "do", "received")["delivery_ids"].count(delivery["id"]) == 1


def test_emr_away_gets_its_results_when_it_is_back(demo: DemoBox) -> None:
    demo.do("demo", "emr", "do", "disconnect")
    check_id = demo.visit("p20")
    check = next(check for check in demo.checks() if check["id"] == check_id)
    assert next(row["state"] for row in check["deliveries"] if row["consumer"] == "emr") == "pending"
    demo.do("demo", "emr", "do", "connect")
    demo.until_delivered(check_id)


def test_pcscd_killed_while_a_card_waits_for_its_pin(demo: DemoBox) -> None:
    demo.lay_card("p21", reader=2)
    before = demo.until("the PIN page", lambda: at_pin(demo))
    demo.do("demo", "pcscd", "kill")
    demo.until("a new PIN page", lambda: (at_pin(demo) or before) > before)
    demo.take_card(reader=2)
    demo.until("idle", lambda: phase(demo, 2) == "idle")
    demo.until_delivered(demo.visit("p21", reader=2))


@pytest.mark.parametrize("part", ["sync", "devices", "web"])
def test_a_process_of_the_box_killed_comes_back_and_goes_on(
    browser: Browser, demo: DemoBox, part: str
) -> None:
    with signed_in(browser, demo, "reception") as desk:
        os.kill(pid_of(demo, part), signal.SIGKILL)
        demo.until(f"{part} back", lambda: part_is_up(demo))
        sees(desk, demo.visit("p22"), "有効")


def test_who_comes_without_the_center_is_noted_listed_and_looked_up(browser: Browser, demo: DemoBox) -> None:
    assert demo.run("line", "hold").returncode == 0
    check_id = demo.visit("p23")
    with signed_in(browser, demo, "reception") as desk:
        link = desk.locator("[data-link=center] a", has_text="障害時メモを書く")
        expect(link).to_be_visible(timeout=WAIT_MS)
        row(desk, check_id).locator(".row-link").click()
        expect(desk.locator("#pane [data-note]")).to_contain_text("障害時メモを書く")
        desk.keyboard.press("m")
        write_note(desk, "p23", "保存する")
        expect(desk.locator("#standing")).to_contain_text("照会前")
        desk.goto(demo.url)
        sees(desk, check_id, "障害時メモあり")
        link.click()
        write_note(desk, "p14", "保存して次の方へ")
        expect(desk.locator(".saved")).to_contain_text(person("p14").name)
        write_note(desk, "p15", "保存する")
        desk.wait_for_url(re.compile("/outage/notes/[0-9a-f]{32}$"))
        desk.goto(f"{demo.url}/outage")
        desk.keyboard.press("p")
        desk.wait_for_url("**/outage/lists/*")
        expect(desk.locator(".list tbody tr")).to_have_count(3)
        on_paper = desk.url
    assert note_counts(demo) == {"open": 0, "listed": 3, "looked-up": 0, "closed": 0}

    assert demo.run("line", "release").returncode == 0
    # The card that was laid is asked by itself; the others need a person, who is told so.
    demo.until("the card's answer", lambda: note_counts(demo)["closed"] == 1)
    with signed_in(browser, demo, "reception", on_paper.removeprefix(demo.url)) as desk:
        desk.locator(".list a", has_text=person("p14").name).click()
        type_numbers(desk, "p14", "照会して次の方へ")
        type_numbers(desk, "p15", "照会する")
        expect(desk.locator("#standing")).to_contain_text("完了", timeout=WAIT_MS)
        expect(desk.locator(".answer .state")).to_contain_text("有効")
    demo.until("all answers", lambda: note_counts(demo)["closed"] == 3)


def note_counts(demo: DemoBox) -> dict[str, int]:
    found: dict[str, int] = demo.do("outage", "list", "--json")["counts"]
    return found


def reader_row(demo: DemoBox, reader: int) -> dict[str, str]:
    """What `madoguchi status` says of that reader."""
    rows = demo.do("status", "--json")["readers"]
    return next(row for row in rows if row["reader"] == str(reader))


def phase(demo: DemoBox, reader: int) -> str:
    """Where the visit at that reader stands."""
    return reader_row(demo, reader)["phase"]


def at_pin(demo: DemoBox) -> str:
    """Since when the second reader asks for a PIN; empty when it does not."""
    row = reader_row(demo, 2)
    return row["since"] if row["phase"] == "pin" else ""


def part_is_up(demo: DemoBox) -> bool:
    """Whether readers and links are all as they should be."""
    status = demo.do("status", "--json")
    return all(link["state"] == "up" for link in status["links"]) and phase(demo, 1) == "idle"


def pid_of(demo: DemoBox, part: str) -> int:
    """The process of this demo that runs that part of the box."""
    wanted = ["run", part, "--state", str(demo.root)]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_text("utf-8").split("\0")[:-1]
            except OSError:
                continue
            if words[-4:] == wanted and "setpriv" not in words[0]:
                return int(entry.name)
    raise AssertionError(f"{part} does not run")
