"""装置の点検: what is wrong with what one can press, all checks, the morning's report, the tile on the desk's first page."""

from datetime import datetime, timedelta

import pytest

from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.ledger import health, line_checks, mornings, reader_tests
from appliance.ledger.accounts import Role
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.desk.health import PRESSES
from appliance.web.texts.choice import COOKIE
from tests.web.desk_world import Client, Desk, client_of

PAGE, MORNING = "/desk/health", "/desk/health/morning"
LOST = said("{label}: この1時間に{count}回切れました", label="窓口1", count=3)
FOUND = {
    CheckName.READER_LOSSES: Outcome(
        "3回", (Finding("HEALTH-003", Severity.WAIT, LOST, "窓口1", (Suggestion.TEST_READERS,)),)
    ),
    CheckName.LINE: Outcome(
        "停止", (Finding("LINE-001", Severity.STOP, "", "", (Suggestion.LOOK_AT_LINE,)),)
    ),
    CheckName.BACKUP: Outcome("なし", (Finding("HEALTH-013", Severity.WAIT, "", "", (Suggestion.BACK_UP,)),)),
    CheckName.DISK: Outcome("空き"),
    CheckName.TEMPERATURE: Outcome.unknown("この装置には温度計がありません"),
}


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def at_ten(desk: Desk) -> datetime:
    """Let the desk's clock say ten in the morning in Japan of the day after this one."""
    morning = datetime.combine(clinic_day(desk.now()) + timedelta(days=1), datetime.min.time(), JAPAN)
    desk.shift = morning + timedelta(hours=10) - desk.now()
    return desk.now()


def finding(page: str, code: str) -> str:
    return page.partition(f'data-code="{code}"')[2].partition("</article>")[0]


def test_what_is_wrong_stands_on_top_the_worst_first(desk: Desk, keeper: Client) -> None:
    assert "まだ点検していません" in keeper.get(PAGE).text
    health.note(desk.ledger, FOUND, desk.now())
    page = keeper.get(PAGE).text
    assert "警告1件、注意2件" in page
    assert 'data-verdict="stop"' in page
    assert page.index('data-code="LINE-001"') < page.index('data-code="HEALTH-003"')
    assert LOST in finding(page, "HEALTH-003")
    assert 'href="/help/troubles#HEALTH-003"' in finding(page, "HEALTH-003")
    table = page.partition("すべての点検")[2]
    assert "良好" in table
    assert "－" in table
    health.note(desk.ledger, {CheckName.DISK: Outcome("空き")}, desk.now())
    assert 'data-verdict="good"' in keeper.get(PAGE).text
    assert "data-code" not in keeper.get(PAGE).text


def test_what_can_be_pressed_does_what_it_says(desk: Desk, keeper: Client) -> None:
    health.note(desk.ledger, FOUND, desk.now())
    page = keeper.get(PAGE).text
    for code, path in (("HEALTH-003", "/desk/readers/test"), ("LINE-001", "/desk/line/check")):
        assert f'<form method="post" action="{path}">' in finding(page, code)
        assert keeper.post(path).status_code == 303
    assert reader_tests.wanted(desk.ledger) is not None
    assert line_checks.wanted(desk.ledger) is not None
    assert 'href="/desk/backups"' in finding(page, "HEALTH-013")


def test_every_suggestion_leads_to_a_page_of_the_box(keeper: Client) -> None:
    assert set(PRESSES) == set(Suggestion)
    for press in PRESSES.values():
        path = press.path.partition("#")[0]
        answer = keeper.post(path) if press.is_act else keeper.get(path)
        assert answer.status_code == (303 if press.is_act else 200), path


def test_an_engineer_sees_what_is_the_administrators_to_press(desk: Desk) -> None:
    health.note(desk.ledger, FOUND, desk.now())
    page = client_of(desk, Role.MAINTENANCE).get(PAGE).text
    assert "いまバックアップを作る（管理者が行います）" in finding(page, "HEALTH-013")
    assert 'href="/desk/backups"' not in finding(page, "HEALTH-013")


def test_nobody_is_offered_what_would_be_refused(desk: Desk) -> None:
    everything = Finding("HEALTH-009", Severity.WAIT, suggestions=tuple(Suggestion))
    health.note(desk.ledger, {CheckName.QUEUE: Outcome("", (everything,))}, desk.now())
    engineer = client_of(desk, Role.MAINTENANCE)
    seen = finding(engineer.get(PAGE).text, "HEALTH-009")
    for press in PRESSES.values():
        status = (engineer.post if press.is_act else engineer.get)(press.page).status_code
        is_offered = f'"{press.path}"' in seen
        assert is_offered is (status in (200, 303)), press.path
    assert "止まっているものを開いて送り直す（管理者が行います）" in seen


def test_nobody_trusts_what_is_old(desk: Desk, keeper: Client) -> None:
    health.note(desk.ledger, {CheckName.DISK: Outcome("空き")}, desk.now() - timedelta(minutes=16))
    assert "HEALTH-002" in keeper.get(PAGE).text
    assert "装置の点検が止まっています" in keeper.get("/desk").text


def test_the_tile_and_the_report_of_the_morning(desk: Desk, keeper: Client) -> None:
    now = at_ten(desk)
    client = client_of(desk, Role.ADMINISTRATOR)
    assert 'data-health="mute"' in client.get("/desk").text
    assert "毎日 08:00 を過ぎると" in client.get(MORNING).text
    mornings.note(desk.ledger, clinic_day(now), health.with_sinces(desk.ledger, FOUND, now), now)
    health.note(desk.ledger, {CheckName.DISK: Outcome("空き")}, now)
    start = client.get("/desk").text
    assert 'data-health="good"' in start
    assert f'href="{MORNING}"' in start
    report = client.get(MORNING).text
    assert "警告1件、注意2件" in report
    assert LOST in report
    assert 'id="print"' in report


def test_in_english_what_the_box_has_written_down_is_english_too(desk: Desk, keeper: Client) -> None:
    health.note(desk.ledger, FOUND, desk.now())
    keeper.flask.set_cookie(COOKIE, "en", domain="localhost", secure=True)
    page = keeper.get(PAGE).text
    assert "窓口1: lost 3 times within the hour" in page
    assert "Warnings: 1" in page


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN])
def test_reception_sees_none_of_it(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    health.note(desk.ledger, FOUND, desk.now())
    assert {client.get(path).status_code for path in (PAGE, MORNING)} == {403}
    assert "HEALTH-003" not in client.get("/").text
