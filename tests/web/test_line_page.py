"""The page of the line and its tile: the switch and who may use it, a look that is wanted, the month, the waiting hint."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from appliance.ledger import audit, checks, conditions, line, line_checks, line_log, line_report
from appliance.ledger.accounts import Role
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.line import Phase
from appliance.ledger.line_log import Asked
from appliance.ledger.times import clinic_day
from appliance.web.guard import COOKIE
from appliance.web.line import words
from appliance.web.reception.tiles import center_tile
from tests.web.desk_world import Client, Desk, client_of, served

PAGE = "/desk/line"


def test_reception_holds_and_releases_with_its_name_in_the_audit(desk: Desk, client: Client) -> None:
    assert "停止扱いにする" in client.get(PAGE).text
    assert client.post(f"{PAGE}/hold").status_code == 303
    assert line.is_held(desk.ledger)
    page = client.get(PAGE).text
    assert 'data-phase="held"' in page
    assert "停止扱いをやめて照会する" in page
    assert client.post(f"{PAGE}/release").status_code == 303
    assert not line.is_held(desk.ledger)
    rows = [(row.actor, row.action) for row in audit.latest(desk.ledger, 2)]
    assert rows == [("reception", "release-line"), ("reception", "hold-line")]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMINISTRATOR, 303), (Role.CLINICIAN, 403), (Role.MAINTENANCE, 403), (Role.PATIENT_SCREEN, 403)],
)
def test_who_may_use_the_switch(desk: Desk, role: Role, status: int) -> None:
    client = client_of(desk, role)
    if not client.csrf:  # the patients' display has no page of the staff to take it from
        assert client.get(PAGE).status_code == 403
        return
    assert client.post(f"{PAGE}/hold").status_code == status
    assert line.is_held(desk.ledger) is (status == 303)


def test_a_held_line_is_on_the_tile_and_after_half_an_hour_asked_about(desk: Desk) -> None:
    line.hold(desk.ledger, "sakura", desk.now())
    tile = center_tile(desk.ledger, desk.now())
    assert (tile.word, tile.held) == ("停止扱い", True)
    assert "sakura" in tile.since
    assert "戻し忘れ" not in tile.reminder
    desk.shift = timedelta(minutes=31)
    assert "停止扱いのまま31分" in center_tile(desk.ledger, desk.now()).reminder


def test_the_tile_follows_the_line_and_not_its_flapping(desk: Desk) -> None:
    conditions.note(desk.ledger, Link.CENTER, LinkState.DOWN, "LINE-001", desk.now())
    assert center_tile(desk.ledger, desk.now()).word == "つながっていません"
    line.note(desk.ledger, Phase.SLOW, "LINE-001", desk.now())
    for state in (LinkState.UP, LinkState.DOWN):
        conditions.note(desk.ledger, Link.CENTER, state, None, desk.now())
        tile = center_tile(desk.ledger, desk.now())
        assert (tile.word, tile.trouble is not None) == ("遅延", True)


def test_a_look_says_whose_fault_it_is_everywhere_while_the_line_is_stopped(
    desk: Desk, client: Client
) -> None:
    old = line_checks.want(desk.ledger, "sync", desk.now())
    line_checks.record(desk.ledger, old, "LINE-011", "{}", desk.now())
    desk.shift = timedelta(seconds=5)
    check_id = desk.offline()
    line.note(desk.ledger, Phase.STOPPED, "LINE-001", desk.now())
    assert center_tile(desk.ledger, desk.now()).fault == "回線"
    assert "原因: 回線" in client.get(f"/reception/checks/{check_id}", Accept="*/*").text
    new = line_checks.want(desk.ledger, "sync", desk.now())
    line_checks.record(desk.ledger, new, "LINE-016", json.dumps({"verdict": {}, "findings": []}), desk.now())
    assert center_tile(desk.ledger, desk.now()).fault == "センター"
    assert "原因: センター" in client.get(f"/reception/checks/{check_id}", Accept="*/*").text
    assert "原因: センター" in client.get(PAGE).text
    line.note(desk.ledger, Phase.NORMAL, None, desk.now())
    assert center_tile(desk.ledger, desk.now()).trouble is None


def test_a_look_is_wanted_once_and_shown_when_it_is_done(desk: Desk, client: Client) -> None:
    assert client.post(f"{PAGE}/check").status_code == 303
    assert client.post(f"{PAGE}/check").status_code == 303
    page = client.get(PAGE).text
    assert "調べています" in page
    assert 'http-equiv="refresh"' in page
    wanted = line_checks.wanted(desk.ledger)
    assert wanted is not None
    assert wanted.wanted_by == "reception"
    verdict = {
        "code": "LINE-011",
        "title": "ケーブルの題",
        "fault_label": "回線",
        "reception": "受付の文。",
        "engineer": "保守の文。",
    }
    finding = {"layer": "interface", "label": "差し込み口", "outcome": "failed", "outcome_label": "異常"}
    report = {"verdict": verdict, "findings": [finding | {"says": "信号がありません。", "code": "LINE-011"}]}
    line_checks.record(desk.ledger, wanted.seq, "LINE-011", json.dumps(report), desk.now())
    page = client.get(PAGE).text
    assert "refresh" not in page
    for text in ("ケーブルの題", "保守の文。", "信号がありません。"):
        assert text in page


def test_the_month_in_figures(desk: Desk, client: Client) -> None:
    begun = desk.now()
    for number, (seconds, code) in enumerate(((1.0, None), (2.0, None), (20.0, "LINE-002"))):
        ended = begun + timedelta(seconds=seconds)
        layer = "service" if code else None
        line_log.write(desk.ledger, Asked(str(number), "OQSsiquc01", begun, ended, seconds, code, layer))
    page = client.get(PAGE).text
    assert "3件中 2件" in page
    assert "66.66" in page
    assert "センターの応答が時間内にありません" in page
    assert client.get(f"{PAGE}?month=2026-01").status_code == 200
    assert "INPUT-001" in client.get(f"{PAGE}?month=x", Accept="application/json").text


@pytest.mark.parametrize(
    ("share", "text"),
    [(1.0, "100"), (0.99999, "99.99"), (0.5, "50"), (0.955, "95.5"), (0.0, "0"), (None, "－")],
)
def test_only_all_is_a_hundred_percent(share: float | None, text: str) -> None:
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(40, "40秒"), (60, "1分"), (3600, "1時間"), (7500, "2時間5分"), (0.4, "0秒")]
)
def test_how_long(seconds: float, text: str) -> None:
    assert words.lasting(seconds) == text


def test_no_two_phases_of_a_month_look_the_same(desk: Desk) -> None:
    begun = desk.now()
    for minutes, phase in enumerate((phase for phase in Phase if phase is not Phase.HELD), start=1):
        line.note(desk.ledger, phase, None, begun + timedelta(minutes=minutes))
    line.hold(desk.ledger, "sakura", begun + timedelta(minutes=9))
    month = f"{clinic_day(begun + timedelta(minutes=10)):%Y-%m}"
    shares = words.phase_shares(line_report.of_month(desk.ledger, month, begun + timedelta(minutes=10)))
    assert shares
    assert len({tone for _, tone, _, _ in shares}) == len(shares)


def test_a_row_says_from_the_fifth_second_on_that_it_waits(browser: Browser, desk: Desk) -> None:
    for seconds in (4, 12):
        desk.typed()
        begun = desk.now() - timedelta(seconds=seconds) + timedelta(hours=1)
        assert checks.claim(desk.ledger, str(seconds), begun, timedelta(hours=9)) is not None
    context = browser.new_context(locale="ja-JP")
    context.set_default_timeout(15_000)
    cookie = desk.sign_in()
    with served(desk) as address:
        host = address.replace("http:", "https:")
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        page = context.new_page()
        # The page's clock is three hours ahead of the box's: only what the box says may count.
        desk.shift = timedelta(hours=1)
        page.clock.install(time=desk.now() + timedelta(hours=3))
        page.goto(address)
        hints = page.locator(".asking")
        expect(hints).to_have_count(2)
        expect(hints.first).to_be_visible()
        expect(hints.first).to_contain_text(re.compile("（(1[2-9]|[2-5][0-9])秒）"))
        quick = hints.last
        page.clock.run_for(3000)
        expect(quick).to_be_visible()
        expect(quick).to_contain_text("このまま次の方を受け付けられます")
        context.close()
