"""The page of backups: warns, refuses a weak pass phrase, gives a file that can be restored, and writes down who took it."""

import io
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from appliance.ledger import audit, backups
from appliance.ledger.accounts import Role
from appliance.ledger.backup import restoring
from appliance.settings import Box
from tests.web.at_page import at
from tests.web.desk_world import HTML, Client, Desk, client_of

PAGE = "/desk/backups"
PHRASE = "three white dogs sleep"
FORM = {"passphrase": PHRASE, "again": PHRASE}


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def test_never_then_fresh_then_old(desk: Desk, keeper: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk.person("p01")
    assert 'data-fresh="false"' in keeper.get(PAGE).text
    assert "まだ一度もありません" in keeper.get(PAGE).text
    answer = keeper.post(PAGE, FORM)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="madoguchi-20')
    assert answer.content_length == len(answer.data)
    contents = restoring.check(io.BytesIO(answer.data), PHRASE)
    assert contents.checks == 1
    page = keeper.get(PAGE).text
    assert 'data-fresh="true"' in page
    assert "administrator" in page
    assert "最後は" in keeper.get("/desk").text
    rows = audit.latest(desk.ledger, 2)
    assert [(row.actor, row.action) for row in rows] == [
        ("administrator", "backup-written"),
        ("administrator", "backup-begun"),
    ]
    desk.shift = timedelta(days=8)
    later = client_of(desk, Role.ADMINISTRATOR).get(PAGE).text
    assert 'data-fresh="false"' in later
    assert "7日より前のものです" in later
    assert PHRASE not in caplog.text
    assert not any(PHRASE in str(tuple(row)) for row in desk.ledger.read.execute("SELECT * FROM audit"))
    desk.ledger.empty_log()
    assert PHRASE.encode() not in desk.box.ledger_file.read_bytes()


def test_one_that_is_broken_off_is_written_down_and_is_no_backup(desk: Desk, keeper: Client) -> None:
    headers = {"X-CSRF-Token": keeper.csrf}
    answer = keeper.flask.post(PAGE, data=FORM, base_url="https://localhost", headers=headers, buffered=False)
    next(iter(answer.response))
    answer.close()
    assert backups.latest(desk.ledger) is None
    assert audit.latest(desk.ledger, 1)[0].action == "backup-begun"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"again": PHRASE + "!"}, "2つの入力が違います"),
        ({"passphrase": "short", "again": "short"}, "12文字以上"),
        ({"passphrase": "a" * 20, "again": "a" * 20}, "6種類以上"),
    ],
)
def test_a_weak_pass_phrase_is_refused_and_not_given_back(
    desk: Desk, keeper: Client, changes: dict[str, str], why: str
) -> None:
    data = FORM | changes | {"csrf_token": keeper.csrf}
    refused = keeper.flask.post(PAGE, data=data, base_url="https://localhost", headers=HTML)
    assert refused.status_code == 422
    assert 'data-code="BACKUP-006"' in refused.text
    assert why in refused.text
    assert data["passphrase"] not in refused.text
    assert "backup-begun" not in [row.action for row in audit.latest(desk.ledger, 5)]


@pytest.mark.parametrize("role", [Role.MAINTENANCE, Role.RECEPTION, Role.CLINICIAN])
def test_nobody_else_takes_the_box_away(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, FORM).status_code == 403
    assert f'href="{PAGE}"' not in client.get("/").text


def test_a_browser_downloads_it_and_another_box_has_the_patients(
    desk: Desk, browser: Browser, tmp_path: Path
) -> None:
    desk.person("p01")
    with at(browser, desk, PAGE, Role.ADMINISTRATOR) as page:
        page.get_by_label("パスフレーズ（").fill(PHRASE)
        page.get_by_label("もう一度").fill(PHRASE)
        with page.expect_download() as found:
            page.keyboard.press("Enter")
        path = tmp_path / found.value.suggested_filename
        found.value.save_as(path)
    with path.open("rb") as stream:
        assert restoring.restore(stream, PHRASE, Box(tmp_path / "new"), "engineer", desk.now()).checks == 1
