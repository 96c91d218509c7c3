"""Who tries pages outside the role is written down, without what was asked there and without a flood of rows."""

from datetime import timedelta

from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.web.refusals import WHILE, Refusals
from tests.web.desk_world import Desk, client_of


def refused(desk: Desk) -> list[tuple[str, str, str]]:
    rows = audit.latest(desk.ledger, 20)
    return [(row.actor, row.subject, row.detail) for row in rows if row.action == "page-refused"]


def test_a_page_outside_the_role_is_written_down_once_a_while(desk: Desk) -> None:
    client = client_of(desk, Role.RECEPTION)
    for _ in range(5):
        assert client.get("/desk/accounts?name=secret").status_code == 403
    assert client.post("/desk/accounts", {"name": "secret"}).status_code == 403
    assert client.get("/clinical").status_code == 403
    assert refused(desk) == [
        ("reception", "clinical.listing", "AUTH-008"),
        ("reception", "desk.make_account", "AUTH-003"),
        ("reception", "desk.account_page", "AUTH-003"),
    ]
    desk.shift = WHILE
    client.get("/desk/accounts")
    assert len(refused(desk)) == 4


def test_what_is_open_and_who_is_nobody_is_not(desk: Desk) -> None:
    client = client_of(desk, Role.RECEPTION)
    assert client.get("/").status_code == 200
    assert client.post("/reception/desk", {"name": "x"}, **{"X-CSRF-Token": ""}).status_code == 403
    assert desk.app().test_client().get("/desk/accounts").status_code in (302, 401)
    assert refused(desk) == []


def test_the_memory_is_bounded_and_a_clock_that_was_set_back_tells_anew(desk: Desk) -> None:
    memory, now = Refusals(), desk.now()
    assert all(memory.is_news(("reception", str(number)), now) for number in range(1_001))
    assert memory.is_news(("reception", "0"), now)
    assert not memory.is_news(("reception", "1000"), now)
    assert memory.is_news(("reception", "1000"), now - timedelta(minutes=1))
