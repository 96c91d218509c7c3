"""A whole working day in a minute: 190 patients, the line cut in the morning and back in the evening.

Only the order of a day is told, not its hours: nobody is waited for but the box.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo.people import person
from appliance.eligibility.numbers import normal_insurer_number
from appliance.ledger import checks
from appliance.ledger.checks import OPEN_STATES, Check
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, sees, signed_in

PATIENTS = 190
BEFORE = ("p01", "p02", "p03", "p12", "p18", "p22", "p26", "p29")
"""Who is asked about while the line is still there."""
BY_CARD = ("p13", "p14")
USUAL = (
    "p01",
    "p02",
    "p03",
    "p13",
    "p16",
    "p18",
    "p19",
    "p21",
    "p22",
    "p23",
    "p26",
    "p29",
    "p31",
    "p35",
    "p36",
)
SAID = {
    # who, how and with which share reception takes them in: what the evening is to bring
    ("p12", "current", "30"): "charge",
    ("p17", "current", "30"): "charge",
    ("p28", "not-yet", ""): "charge",
    ("p20", "current", "10"): None,
    ("p32", "current", "30"): None,
    ("p05", "current", "30"): "invalid",
    ("p34", "unknown", "30"): "found",
    ("p06", "unknown", "30"): None,
    ("p08", "former", "30"): None,
    ("p07", "", ""): "invalid",
}
STAY_OPEN = {("p06", "unknown", "30"): "unknown", ("p08", "former", "30"): "former"}
BY_HAND = 2
"""For so many the form in the pane is filled in; for the others what it sends is sent."""

TYPE = (Path(__file__).parent / "many_entries.js").read_text("utf-8")


def typed(person_id: str) -> dict[str, str]:
    """What stands on that person's certificate."""
    who = person(person_id)
    one = who.qualifications[0]
    return {
        "insurer_number": normal_insurer_number(one.insurer_number or ""),
        "symbol": one.insured_card_symbol or "",
        "number": one.insured_identification_number or "",
        "branch": one.insured_branch_number or "",
        "birthdate": f"{who.birthdate:%Y%m%d}",
    }


def enter(page: Page, people: list[str]) -> list[str]:
    """Type in one patient after the other; the ids of their checks."""
    done: list[dict[str, Any]] = page.evaluate(
        f"({TYPE})", [{"path": "/reception/manual", "values": typed(one)} for one in people]
    )
    assert {one["status"] for one in done} == {201}
    return [one["id"] for one in done]


def say_received(page: Page, check_id: str, by: str, percent: str) -> None:
    """Open the row and note how the patient was received."""
    page.click(f"#check-{check_id} .row-link")
    pane = page.locator(f"article[data-id='{check_id}']")
    form = pane.locator("details.received")
    form.locator(f"input[value='{by}']").check()
    form.locator("select").select_option(percent)
    form.get_by_role("button", name="記録する").click()
    expect(pane.locator(".said")).to_be_visible(timeout=WAIT_MS)


def post_received(page: Page, words: list[tuple[str, str, str]]) -> None:
    """Note the same for several rows at once."""
    posts = [
        {"path": f"/reception/checks/{check_id}/received", "values": {"by": by, "percent": percent}}
        for check_id, by, percent in words
    ]
    done: list[dict[str, Any]] = page.evaluate(f"({TYPE})", posts)
    assert {one["status"] for one in done} == {200}


def all_checks(ledger: Ledger) -> list[Check]:
    """Oldest first."""
    return sorted(checks.recent(ledger, 2 * PATIENTS), key=lambda one: one.seq)


def drained_to(demo: DemoBox, ledger: Ledger, left: int) -> None:
    """Wait until no more than `left` checks are open."""
    demo.until(
        f"{left} open checks at most",
        lambda: sum(one.state in OPEN_STATES for one in checks.recent(ledger, 2 * PATIENTS)) <= left,
    )


@pytest.mark.timeout(300)
def test_a_hundred_and_ninety_patients_and_no_line(browser: Browser, demo: DemoBox) -> None:
    with closing(Ledger.of(Box(demo.root))) as ledger, signed_in(browser, demo, "reception") as desk:
        morning = enter(desk, list(BEFORE))
        drained_to(demo, ledger, 0)

        demo.do("demo", "center", "fault", "down")
        cards = [demo.visit(one, reader=1 + at % 2) for at, one in enumerate(BY_CARD)]
        said = {key: enter(desk, [key[0]])[0] for key in SAID}
        rest = PATIENTS - len(morning) - len(cards) - len(said)
        usual = enter(desk, [USUAL[at % len(USUAL)] for at in range(rest)])
        expect(desk.locator("#rows .row")).to_have_count(PATIENTS, timeout=WAIT_MS)
        for check_id in (*cards, *said.values(), usual[0], usual[-1]):
            sees(desk, check_id, "照会待ち")
        words = [(check_id, by, percent) for (_, by, percent), check_id in said.items() if by]
        for word in words[:BY_HAND]:
            say_received(desk, *word)
        post_received(desk, words[BY_HAND:])
        waited = [one.id for one in all_checks(ledger) if one.state in OPEN_STATES]
        assert len(waited) == PATIENTS - len(morning)

        demo.do("demo", "center", "heal")
        for left in (120, 60, 0):
            drained_to(demo, ledger, left)

        expected = {said[key]: reason for key, reason in SAID.items() if reason}
        expect(desk.locator("#task-count")).to_have_text(str(len(expected)), timeout=WAIT_MS)
        expect(desk.locator("#rows .row", has_text="照会待ち")).to_have_count(0, timeout=WAIT_MS)
        open_tasks = demo.do("task", "list", "--json")
        assert {task["subject"]: task["code"] for task in open_tasks} == expected
        assert len(open_tasks) == len(expected)
        visits = {one["check_id"]: one["why"] for one in demo.do("month", "list", "--json")["visits"]}
        stay_open = {said[key]: why for key, why in STAY_OPEN.items()}
        unsure = [check_id for check_id in visits if check_id not in stay_open]
        assert {key: visits[key] for key in stay_open} == stay_open
        assert {visits[key] for key in unsure} == {"unsure"}

        seen_by_center(demo, ledger, waited)
        handed_over(demo, ledger)


def seen_by_center(demo: DemoBox, ledger: Ledger, waited: list[str]) -> None:
    """Everybody was asked about once, and who waited longest first."""
    state = demo.do("demo", "center", "state")
    counts = state["checks"]
    ours = [one.id for one in all_checks(ledger)]
    assert len(ours) == PATIENTS
    assert {key: (counts[key]["asked"], counts[key]["answered"]) for key in ours} == dict.fromkeys(
        ours, (1, 1)
    )
    assert [key for key in state["order"] if key in set(waited)] == waited


def handed_over(demo: DemoBox, ledger: Ledger) -> None:
    """Every result has come to the 電子カルテ, each once."""
    demo.until(
        "every result at the EMR",
        lambda: (
            ledger.read.execute("SELECT 1 FROM deliveries WHERE state = 'pending' LIMIT 1").fetchone() is None
        ),
    )
    received = demo.do("demo", "emr", "do", "received")["delivery_ids"]
    assert len(received) == len(set(received)) == PATIENTS
