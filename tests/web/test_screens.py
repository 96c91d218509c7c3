"""Touch displays: bound to their device by a code from the desk, without an account, and let go again."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from appliance.ledger import audit, screens
from appliance.ledger.accounts import Role
from appliance.ledger.screens import CODE_LASTS, MOST_FAILURES
from appliance.web.guard import SCREEN_COOKIE
from tests.web.desk_world import HTML, ORIGIN, Client, Desk, client_of

PAGE = "/desk/screens"


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def code_for(keeper: Client, label: str = "窓口1のタブレット") -> str:
    found = re.search(r'class="code">([2-9A-Z-]{9})<', keeper.post(PAGE, {"label": label}).text)
    assert found is not None
    return found[1]


def pair(display: FlaskClient, code: str) -> Any:
    return display.post("/screen", base_url=ORIGIN, data={"code": code}, headers=HTML)


def test_a_bound_display_shows_patients_pages_and_no_other(desk: Desk, keeper: Client) -> None:
    code = code_for(keeper)
    display = desk.app().test_client()
    done = pair(display, code.lower())
    assert (done.status_code, done.headers["Location"]) == (303, "/patient")
    cookie = done.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert display.get("/patient/1", base_url=ORIGIN, headers=HTML).status_code == 200
    for path in ("/tasks", "/desk", "/clinical", "/reception/events"):
        assert display.get(path, base_url=ORIGIN, headers=HTML).status_code == 403
    assert pair(desk.app().test_client(), code).status_code == 401  # good once
    kept = "\n".join(desk.ledger.read.conn.iterdump())
    token = display.get_cookie(SCREEN_COOKIE, domain="localhost")
    assert token is not None
    assert token.value not in kept
    assert code not in kept
    written = [row.action for row in audit.latest(desk.ledger, 9)]
    assert [one for one in written if one.startswith("screen")] == ["screen-paired", "screen-prepared"]


def test_it_is_listed_with_when_it_was_seen_and_shut_out_when_removed(desk: Desk, keeper: Client) -> None:
    display = desk.app().test_client()
    pair(display, code_for(keeper))
    desk.shift += timedelta(hours=1)
    display.get("/patient/1", base_url=ORIGIN, headers=HTML)
    (one,) = screens.all_screens(desk.ledger)
    assert one.seen_at is not None
    assert desk.now() - one.seen_at < timedelta(minutes=1)
    keeper = client_of(desk, Role.ADMINISTRATOR)
    assert "窓口1のタブレット" in keeper.get(PAGE).text
    assert keeper.post(f"{PAGE}/remove", {"screen": one.id}).status_code == 303
    assert display.get("/patient/1", base_url=ORIGIN, headers=HTML).status_code == 302
    assert keeper.post(f"{PAGE}/remove", {"screen": one.id}).status_code == 404


def test_late_and_guessed_codes_bind_nothing(desk: Desk, keeper: Client) -> None:
    display = desk.app().test_client()
    late = code_for(keeper)
    desk.shift += CODE_LASTS
    assert 'data-code="AUTH-015"' in pair(display, late).text
    fresh = code_for(keeper)
    for _ in range(MOST_FAILURES):
        pair(display, "2222-2222")
    assert pair(display, fresh).status_code == 401
    assert not screens.is_any_paired(desk.ledger)


@pytest.mark.parametrize("label", ["", "   ", "名" * 33])
def test_a_label_that_will_not_do_is_refused(desk: Desk, keeper: Client, label: str) -> None:
    assert keeper.post(PAGE, {"label": label}).status_code == 422
    assert screens.all_screens(desk.ledger) == ()


def test_its_posts_need_its_own_token(desk: Desk, keeper: Client) -> None:
    display = desk.app().test_client()
    pair(display, code_for(keeper))
    page = display.get("/patient/1", base_url=ORIGIN, headers=HTML).text
    csrf = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    for token, status in (("", 403), (keeper.csrf, 403), (csrf, 303)):
        sent = display.post("/sign-out", base_url=ORIGIN, data={"csrf_token": token}, headers=HTML)
        assert sent.status_code == status


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.PATIENT_SCREEN])
def test_nobody_else_binds_one(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"label": "x"}).status_code == 403


def test_binding_signs_out_whoever_prepared_it_at_the_display_itself(desk: Desk, keeper: Client) -> None:
    code = code_for(keeper)
    desk.settings = replace(desk.settings, second_factor_administrator=False)
    display = keeper.flask
    assert pair(display, code).headers["Location"] == "/patient"
    assert [row.action for row in audit.latest(desk.ledger, 2)] == ["sign-out", "screen-paired"]
    assert display.get("/desk", base_url=ORIGIN, headers=HTML).status_code == 403
    assert 'id="lock"' not in display.get("/patient/1", base_url=ORIGIN, headers=HTML).text


def test_a_ledger_that_takes_nothing_leaves_the_display_on(desk: Desk, keeper: Client) -> None:
    display = desk.app().test_client()
    pair(display, code_for(keeper))
    desk.shift += timedelta(hours=1)
    desk.ledger.read.execute("PRAGMA query_only = ON")
    try:
        shown = display.get("/patient/1", base_url=ORIGIN, headers=HTML)
    finally:
        desk.ledger.read.execute("PRAGMA query_only = OFF")
    assert shown.status_code == 200
