"""Signing in, roles, CSRF, headers: what the guard lets through and what it stops."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from appliance.ledger import account_list, accounts, audit, maintenance
from appliance.ledger.accounts import SIGN_IN_LASTS, Role
from appliance.web.brake import MOST_FAILURES, REST
from appliance.web.guard import CLINIC, COOKIE
from appliance.web.room import EXTENSION
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of

GIVEN = {"name": "sakura", "password": PASSWORD}


@pytest.fixture
def stranger(desk: Desk) -> FlaskClient:
    """A browser nobody has signed in with; there is an account 「sakura」."""
    accounts.add(desk.ledger, "sakura", Role.RECEPTION, PASSWORD, desk.now())
    return desk.app().test_client()


def sign_in(browser: FlaskClient, data: dict[str, str] = GIVEN, **headers: str) -> Any:
    return browser.post("/sign-in", base_url=ORIGIN, data=data, headers=HTML | headers)


def test_the_right_password_opens_the_board_with_a_cookie_scripts_cannot_read(stranger: FlaskClient) -> None:
    answer = sign_in(stranger)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert stranger.get("/", base_url=ORIGIN, headers=HTML).status_code == 200


@pytest.mark.parametrize("data", [GIVEN | {"password": "wrong"}, GIVEN | {"name": "nobody"}, {}])
def test_a_wrong_password_shows_the_form_again_in_words(stranger: FlaskClient, data: dict[str, str]) -> None:
    answer = sign_in(stranger, data)
    assert answer.status_code == 401
    assert "名前またはパスワードが違います" in answer.text
    assert 'data-code="AUTH-001"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_typed_name_is_written_down_only_when_it_is_an_account(desk: Desk, stranger: FlaskClient) -> None:
    sign_in(stranger, GIVEN | {"password": "wrong"})
    sign_in(stranger, {"name": "my secret password", "password": ""})
    rows = audit.latest(desk.ledger, 2)
    assert [(row.actor, row.action) for row in rows] == [
        ("-", "sign-in-refused"),
        ("sakura", "sign-in-refused"),
    ]
    assert "my secret password" not in "".join(str(row) for row in rows)


def test_guessing_is_braked_and_the_brake_lets_go(desk: Desk, stranger: FlaskClient) -> None:
    for _ in range(MOST_FAILURES):
        assert sign_in(stranger, GIVEN | {"password": "wrong"}).status_code == 401
    braked = sign_in(stranger)
    assert braked.status_code == 429
    assert 'data-code="AUTH-005"' in braked.text
    desk.shift = REST
    assert sign_in(stranger).status_code == 303


def test_another_account_is_not_braked(desk: Desk, stranger: FlaskClient) -> None:
    accounts.add(desk.ledger, "momiji", Role.RECEPTION, PASSWORD, desk.now())
    for _ in range(MOST_FAILURES):
        sign_in(stranger, GIVEN | {"password": "wrong"})
    assert sign_in(stranger, GIVEN | {"name": "momiji"}).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}]
)
def test_no_other_site_can_sign_somebody_in(stranger: FlaskClient, headers: dict[str, str]) -> None:
    answer = sign_in(stranger, GIVEN, **headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": ORIGIN}])
def test_our_own_page_can(stranger: FlaskClient, headers: dict[str, str]) -> None:
    assert sign_in(stranger, GIVEN, **headers).status_code == 303


@pytest.mark.parametrize(
    ("then", "there"),
    [
        ("/patient/2", "/patient/2"),
        ("//elsewhere.example/", "/"),
        ("https://elsewhere.example/", "/"),
        ("/reception/checks/0a1b", "/reception/checks/0a1b"),
        ("/sign-out", "/"),
    ],
)
def test_signing_in_leads_back_to_our_own_pages_only(stranger: FlaskClient, then: str, there: str) -> None:
    assert sign_in(stranger, GIVEN | {"then": then}).headers["Location"] == there


def test_a_page_asked_for_without_a_sign_in_leads_to_the_form(stranger: FlaskClient) -> None:
    answer = stranger.get("/patient/2", base_url=ORIGIN, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?then=/patient/2")


def test_a_sign_in_ends(desk: Desk, client: Client) -> None:
    assert client.get("/").status_code == 200
    desk.shift = SIGN_IN_LASTS + timedelta(seconds=1)
    assert client.get("/").headers["Location"] == "/sign-in?then=/"


def test_signing_out_forgets_the_sign_in(desk: Desk, client: Client) -> None:
    stolen = client.flask.get_cookie(COOKIE, domain="localhost")
    assert stolen is not None
    answer = client.flask.post("/sign-out", base_url=ORIGIN, data={"csrf_token": client.csrf}, headers=HTML)
    assert answer.status_code == 303
    assert accounts.account_of(desk.ledger, stolen.value, desk.now()) is None
    assert audit.latest(desk.ledger, 1)[0].action == "sign-out"


@pytest.mark.parametrize("token", ["", "x", "ä"])
def test_a_post_without_the_token_of_this_sign_in_does_nothing(
    desk: Desk, client: Client, token: str
) -> None:
    check_id = desk.typed()
    client.csrf = token
    answer = client.post(f"/reception/checks/{check_id}/withdraw")
    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "AUTH-004"


def test_the_token_of_another_sign_in_is_refused(desk: Desk, client: Client) -> None:
    client.csrf = client_of(desk, Role.CLINICIAN).csrf
    assert client.post("/reception/manual/warnings", {}).json["error"]["code"] == "AUTH-004"


def test_a_touch_display_sees_nothing_of_reception(desk: Desk) -> None:
    display = client_of(desk, Role.PATIENT_SCREEN)
    answer = display.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/patient")
    for path in ("/reception/events", "/reception/manual", f"/reception/checks/{desk.typed()}"):
        assert display.get(path).status_code == 403


@pytest.mark.parametrize("role", CLINIC)
def test_who_works_with_patients_may_see_reception(desk: Desk, role: Role) -> None:
    assert client_of(desk, role).get("/").status_code == 200


def test_maintenance_begins_at_the_desk(desk: Desk) -> None:
    answer = client_of(desk, Role.MAINTENANCE).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk")


def test_no_page_is_open_to_strangers_but_these(desk: Desk) -> None:
    app = desk.app()
    stranger = app.test_client()
    opened = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<int:\w+>", "1", rule.rule.replace("<path:filename>", "tokens.css"))
        path = path.replace("<check_id>", "0").replace("<reader>", "1")
        for method in (rule.methods or set()) & {"GET", "POST"}:
            with stranger.open(path, method=method, base_url=ORIGIN) as answer:
                said = answer.get_data().decode(errors="replace")  # the CA is no text
                if "AUTH-002" not in said and "CALL-001" not in said:
                    opened.add(rule.endpoint)
    assert {name for name in opened if not name.endswith("static")} == {
        "api.openapi",
        "session.form",
        "session.sign_in",
        "session.first_start",
        "session.begin",
        "session.screen",
        "session.pair",
        "session.health",
        "texts.choose",
        "trust.page",
        "trust.for_people",
        "trust.for_programs",
    }


def test_every_answer_carries_the_headers(client: Client) -> None:
    for path in ("/", "/sign-in", "/nowhere", "/reception/manual", "/static/tokens.css"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert (headers["Cache-Control"] == "no-store") == (path != "/static/tokens.css")


def test_an_open_stream_ends_with_the_role_it_was_opened_in(desk: Desk) -> None:
    desk.sign_in(Role.ADMINISTRATOR, "kanri")
    client = client_of(desk)
    answer = client.flask.get("/reception/events", base_url=ORIGIN)
    stream = iter(answer.response)
    assert b"retry" in next(stream)
    next(stream)
    account_list.set_role(desk.ledger, "reception", Role.MAINTENANCE, "kanri", desk.now())
    maintenance.approve(desk.ledger, "reception", "点検", maintenance.MOST, "kanri", desk.now())
    desk.typed()
    assert list(stream) == []
    client.flask.application.extensions[EXTENSION].hub.close()
