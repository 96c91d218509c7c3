"""The first start: nobody gets in but who has the box's set-up code, once; there is no default password."""

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from appliance.cli.main import cli
from appliance.ledger import accounts, audit, first_start, shown_code
from appliance.ledger.accounts import Role
from appliance.ledger.first_start import LASTS, MOST_FAILURES
from appliance.ledger.times import utc_now
from tests.web.desk_world import HTML, ORIGIN, Desk

GIVEN = {"name": "kanri", "password": "Mado-no-17-soto", "again": "Mado-no-17-soto"}


@pytest.fixture
def stranger(desk: Desk) -> FlaskClient:
    return desk.app().test_client()


def begin(browser: FlaskClient, code: str, **changes: str) -> Any:
    return browser.post("/start", base_url=ORIGIN, data=GIVEN | {"code": code} | changes, headers=HTML)


def test_a_new_box_leads_to_its_first_administrator(desk: Desk, stranger: FlaskClient) -> None:
    assert (
        stranger.get("/sign-in", base_url=ORIGIN, headers=HTML, follow_redirects=True).request.path
        == "/start"
    )
    code = first_start.new_code(desk.ledger, "command line", desk.now())
    done = begin(stranger, code.lower().replace("-", " "))
    assert (done.status_code, done.headers["Location"]) == (303, "/desk")
    assert accounts.sign_in(desk.ledger, "kanri", GIVEN["password"], desk.now())
    assert begin(stranger, code, name="second").status_code == 409
    assert not accounts.is_known(desk.ledger, "second")
    assert stranger.get("/start", base_url=ORIGIN, headers=HTML).headers["Location"] == "/sign-in"
    assert code not in "\n".join(desk.ledger.read.conn.iterdump())


def test_ten_wrong_codes_end_the_right_one(desk: Desk, stranger: FlaskClient) -> None:
    code = first_start.new_code(desk.ledger, "command line", desk.now())
    for _ in range(MOST_FAILURES):
        assert 'data-code="ACCOUNT-003"' in begin(stranger, "2222-2222-2222").text
    assert begin(stranger, code).status_code == 409
    assert audit.latest(desk.ledger, 1)[0].action == "set-up-code-refused"
    assert begin(stranger, first_start.new_code(desk.ledger, "command line", desk.now())).status_code == 303


def test_a_newer_code_and_a_day_end_it(desk: Desk, stranger: FlaskClient) -> None:
    old = first_start.new_code(desk.ledger, "command line", desk.now())
    new = first_start.new_code(desk.ledger, "command line", desk.now())
    assert begin(stranger, old).status_code == 409
    desk.shift += LASTS + timedelta(seconds=1)
    assert begin(stranger, new).status_code == 409
    assert not accounts.is_any(desk.ledger)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"again": "other"}, "2回のパスワードが違います"),
        ({"password": "short", "again": "short"}, "パスワードは"),
        ({"name": "two words"}, "空白は使えません"),
        ({"name": "sakura"}, "もうあります"),
    ],
)
def test_what_will_not_do_costs_no_try(
    desk: Desk, stranger: FlaskClient, changes: dict[str, str], said: str
) -> None:
    accounts.add(desk.ledger, "sakura", Role.RECEPTION, "a long enough password", desk.now())
    code = first_start.new_code(desk.ledger, "command line", desk.now())
    page = begin(stranger, code, **changes)
    assert page.status_code == 422
    assert said in page.text
    assert code not in page.text
    assert begin(stranger, code).status_code == 303


def test_no_other_site_can_begin(desk: Desk, stranger: FlaskClient) -> None:
    code = first_start.new_code(desk.ledger, "command line", desk.now())
    headers = HTML | {"Sec-Fetch-Site": "cross-site"}
    assert (
        stranger.post("/start", base_url=ORIGIN, data=GIVEN | {"code": code}, headers=headers).status_code
        == 403
    )


def test_the_command_shows_a_code_until_there_is_an_administrator(desk: Desk) -> None:
    run = ["setup-code", "--state", str(desk.box.root)]
    code = json.loads(CliRunner().invoke(cli, run).output)["setup_code"]
    first_start.begin(desk.ledger, code, "kanri", GIVEN["password"], desk.now())
    refused = CliRunner().invoke(cli, run)
    assert (refused.exit_code, "ACCOUNT-002" in refused.stderr) == (1, True)


def test_at_a_start_a_good_code_stays_and_an_old_one_is_made_anew(desk: Desk) -> None:
    run = ["setup-code", "--at-start", "--state", str(desk.box.root)]
    assert CliRunner().invoke(cli, run).output == ""
    code = shown_code.shown(desk.box)
    CliRunner().invoke(cli, run)
    assert shown_code.shown(desk.box) == code != ""
    with desk.ledger.write() as db:
        db.execute("UPDATE set_up_code SET made_at = '2020-01-01T00:00:00.000Z'")
    CliRunner().invoke(cli, run)
    assert shown_code.shown(desk.box) not in ("", code)
    first_start.begin(desk.ledger, shown_code.shown(desk.box), "kanri", GIVEN["password"], utc_now())
