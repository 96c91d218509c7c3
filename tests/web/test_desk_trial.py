"""運用テスト: the box ticks what it has seen since the run began, a person the rest; ended it is a record, and prints on A4."""

import contextlib
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from appliance.ledger import audit, deliveries, line_checks, reader_tests, trials
from appliance.ledger.accounts import Role
from appliance.ledger.consumers import ConsumerKind
from appliance.web.desk.trial_steps import STEPS
from appliance.web.guard import COOKIE
from tests.web.desk_world import Client, Desk, client_of, served
from tests.web.pdf_pages import page_texts

PAGE = "/desk/trial"
AUTOMATIC = [step.key for step in STEPS if step.evidence]


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.MAINTENANCE)


def outcomes(client: Client) -> dict[str, str]:
    return dict(re.findall(r'data-step="([^"]+)" data-outcome="(\w+)"', client.get(f"{PAGE}/1").text))


def passed(client: Client) -> list[str]:
    return [key for key, outcome in outcomes(client).items() if outcome == "passed"]


def live_through(desk: Desk) -> None:
    """All that the box can see, as devices, sync and the consumers would do it."""
    for key in ("serial-1", "serial-2"):
        reader_tests.note(desk.ledger, key, (), desk.now())
    line_checks.record(desk.ledger, line_checks.want(desk.ledger, "sync", desk.now()), None, "{}", desk.now())
    desk.person("p01")
    desk.person("p02", card=False)
    for kind, name in ((ConsumerKind.MQTT, "emr"), (ConsumerKind.FOLDER, "receipt")):
        for one in deliveries.due(desk.ledger, kind, desk.now(), 9):
            deliveries.acknowledge(desk.ledger, one.id, name, desk.now())


def test_the_box_sees_its_steps_and_nothing_from_before_the_run(desk: Desk, keeper: Client) -> None:
    live_through(desk)
    desk.shift = timedelta(seconds=2)
    assert keeper.post(PAGE).status_code == 303
    assert passed(keeper) == []
    assert list(outcomes(keeper)) == [step.key for step in STEPS]
    desk.shift = timedelta(seconds=4)
    live_through(desk)
    assert passed(keeper) == ["readers", "line", "card", "numbers", "delivered"]
    with desk.ledger.write() as db:  # as a check is after a line that was held
        db.execute("UPDATE checks SET deferred = 1")
    assert passed(keeper) == AUTOMATIC


def test_a_reader_that_is_ill_or_a_consumer_without_results_leaves_its_step_open(
    desk: Desk, keeper: Client
) -> None:
    keeper.post(PAGE)
    live_through(desk)
    reader_tests.note(desk.ledger, "serial-2", ("READER-001",), desk.now())
    with desk.ledger.write() as db:
        db.execute("UPDATE deliveries SET acknowledged_at = NULL WHERE consumer = 'receipt'")
    assert passed(keeper) == ["line", "card", "numbers"]


def test_a_person_ticks_what_only_a_person_can_see_and_the_record_stays(desk: Desk, keeper: Client) -> None:
    assert keeper.post(PAGE).location == f"{PAGE}/1"
    assert keeper.post(PAGE).location == f"{PAGE}/1", "one goes on"
    said = {"outcome": "failed", "note": "明るすぎる"}
    assert keeper.post(f"{PAGE}/1/steps/shown", said).location == f"{PAGE}/1#shown"
    keeper.post(f"{PAGE}/1/steps/card", {"outcome": "skipped"})
    live_through(desk)
    found = outcomes(keeper)
    assert (found["shown"], found["card"], found["numbers"]) == ("failed", "skipped", "passed")
    keeper.post(f"{PAGE}/1/steps/shown", {"outcome": "passed"})
    assert keeper.post(f"{PAGE}/1/end").status_code == 303
    before = keeper.get(f"{PAGE}/1").text
    assert "運用テストの記録" in before
    assert "印を付ける" not in before
    assert outcomes(keeper)["whom"] == "open"
    reader_tests.note(desk.ledger, "serial-2", ("READER-001",), desk.now())
    assert outcomes(keeper)["readers"] == "passed", "a record changes no more"
    for act in ("steps/shown", "end"):
        assert keeper.post(f"{PAGE}/1/{act}", said).json["error"]["code"] == "INPUT-006"
    assert keeper.post(PAGE).location == f"{PAGE}/2"
    actions = [row.action for row in audit.latest(desk.ledger, 20)]
    assert [one for one in actions if one != "trial-step"][:3] == [
        "trial-begun",
        "trial-ended",
        "trial-begun",
    ]
    assert "trial-step" in actions
    assert len(trials.said(desk.ledger, 1)) == len(STEPS)


def test_what_cannot_be_said_is_refused(desk: Desk, keeper: Client) -> None:
    keeper.post(PAGE)
    for step, said in (("none", {"outcome": "passed"}), ("shown", {"outcome": "open"}), ("shown", {})):
        assert keeper.post(f"{PAGE}/1/steps/{step}", said).status_code in (404, 422)
    assert keeper.post(f"{PAGE}/1/steps/shown", {"outcome": "passed", "note": "x" * 201}).status_code == 422
    assert keeper.post(f"{PAGE}/9/end").status_code == 404
    assert keeper.get(f"{PAGE}/9").status_code == 404
    assert trials.said(desk.ledger, 1) == {}
    assert client_of(desk, Role.RECEPTION).get(PAGE).status_code == 403


def test_the_record_is_one_sheet_of_paper(browser: Browser, desk: Desk) -> None:
    keeper = client_of(desk, Role.ADMINISTRATOR)
    keeper.post(PAGE)
    for step in STEPS:
        keeper.post(f"{PAGE}/1/steps/{step.key}", {"outcome": "passed", "note": "よい。明るさもちょうどよい"})
    keeper.post(f"{PAGE}/1/end")
    with served(desk) as address, contextlib.closing(browser.new_context(base_url=address)) as context:
        host, cookie = address.replace("http:", "https:"), desk.sign_in(Role.ADMINISTRATOR)
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        page = context.new_page()
        page.goto(f"{PAGE}/1")
        pdf = page.pdf(prefer_css_page_size=True)
    (sheet,) = page_texts(pdf)
    assert "運用テストの記録" in sheet
    assert "確認した人" in sheet
    assert "メニュー" not in sheet
