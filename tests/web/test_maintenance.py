"""保守 signs in only while an administrator has approved it, for a purpose and a time, and is out at once when that ends."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from appliance.ledger import accounts, audit, maintenance
from appliance.ledger.accounts import Role
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of

PAGE = "/desk/maintenance"
ASKED = {"name": "hoshu", "minutes": "60", "purpose": "リーダーの交換"}


@pytest.fixture
def keeper(desk: Desk) -> Client:
    accounts.add(desk.ledger, "hoshu", Role.MAINTENANCE, PASSWORD, desk.now())
    return client_of(desk, Role.ADMINISTRATOR)


def sign_in(desk: Desk) -> tuple[FlaskClient, Any]:
    browser = desk.app().test_client()
    data = {"name": "hoshu", "password": PASSWORD}
    return browser, browser.post("/sign-in", base_url=ORIGIN, data=data, headers=HTML)


def test_nobody_maintains_without_an_approval(desk: Desk, keeper: Client) -> None:
    _, refused = sign_in(desk)
    assert (refused.status_code, 'data-code="AUTH-016"' in refused.text) == (403, True)
    assert audit.latest(desk.ledger, 1)[0].detail == "AUTH-016"
    assert keeper.post(PAGE, ASKED).status_code == 303
    _, done = sign_in(desk)
    assert done.status_code == 303
    page = keeper.get(PAGE).text
    assert "リーダーの交換" in page
    assert "あと60分" in page
    keeper.post(PAGE, ASKED | {"minutes": "720"})
    assert "あと12時間0分" in keeper.get(PAGE).text


def test_the_time_ends_it_and_the_person_sees_how_long_is_left(desk: Desk, keeper: Client) -> None:
    keeper.post(PAGE, ASKED)
    browser, _ = sign_in(desk)
    shown = browser.get("/second", base_url=ORIGIN, headers=HTML)
    assert "保守の作業中: リーダーの交換（あと60分" in shown.text
    desk.shift += timedelta(minutes=60)
    assert browser.get("/second", base_url=ORIGIN, headers=HTML).status_code == 302
    assert sign_in(desk)[1].status_code == 403


def test_an_administrator_ends_it_at_once(desk: Desk, keeper: Client) -> None:
    keeper.post(PAGE, ASKED)
    browser, _ = sign_in(desk)
    assert keeper.post(f"{PAGE}/end", {"name": "hoshu"}).status_code == 303
    assert browser.get("/second", base_url=ORIGIN, headers=HTML).status_code == 302
    assert keeper.post(f"{PAGE}/end", {"name": "hoshu"}).status_code == 404
    assert [row.action for row in audit.latest(desk.ledger, 3)] == [
        "maintenance-ended",
        "sign-in",
        "maintenance-approved",
    ]
    # A window opened anew does not bring the old sign-in back.
    keeper.post(PAGE, ASKED)
    assert browser.get("/second", base_url=ORIGIN, headers=HTML).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": "14"},
        {"minutes": "721"},
        {"minutes": "x"},
        {"minutes": "-60"},
        {"minutes": "٦٠"},
        {"purpose": "  "},
        {"purpose": "長" * 101},
        {"name": "administrator"},
        {"name": "nobody"},
    ],
)
def test_what_will_not_do_is_said(desk: Desk, keeper: Client, wrong: dict[str, str]) -> None:
    refused = keeper.post(PAGE, ASKED | wrong)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "INPUT-001")
    assert maintenance.latest(desk.ledger, 1) == ()


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.MAINTENANCE])
def test_nobody_else_approves(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, ASKED | {"name": "maintenance"}).status_code == 403
