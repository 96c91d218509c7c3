"""Every cookie is of this box alone: no script reads it, no other site sends it, no plain connection carries it."""

import pytest

from appliance.ledger.accounts import Role
from appliance.settings import Settings
from tests.web.desk_world import CODE, HTML, ORIGIN, PASSWORD, Desk, client_of

TYPED = {"insurer_number": "06139992", "symbol": "12", "number": "345", "birthdate": "S54.3.5"}
OTHER_HOUSE = "1339999997"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {"name": "reception", "password": PASSWORD}),
        ("/sign-out", {}),
        ("/language", {"language": "en"}),
        ("/reception/desk", {"name": "受付1"}),
        ("/reception/manual", TYPED | {"institution_code": OTHER_HOUSE}),
    ],
)
def test_a_cookie_stays_between_browser_and_box(desk: Desk, path: str, data: dict[str, str]) -> None:
    desk.settings = Settings(institution_code=CODE, other_institution_codes=(OTHER_HOUSE,))
    client = client_of(desk, Role.RECEPTION)
    answer = client.flask.post(path, data=data | {"csrf_token": client.csrf}, base_url=ORIGIN, headers=HTML)
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        name, *marks = cookie.split("; ")
        assert name.startswith("__Host-madoguchi")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(marks)
        assert not any(mark.startswith("Domain") for mark in marks)
