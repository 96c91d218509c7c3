"""The desk's page of what the pages are encrypted with."""

import io
from datetime import timedelta
from typing import Any

import pytest

from appliance.identity import clinic
from appliance.identity.box import BROKER, WEB, files_of
from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.ledger.times import utc_now
from tests.clinic_server import NAME, PHRASE, bought
from tests.web.desk_world import Client, Desk, client_of

PAGE = "/desk/tls"


@pytest.fixture
def keeper(desk: Desk) -> Client:
    for server in (WEB, BROKER):
        files_of(desk.box, desk.settings, server, desk.now())
    return client_of(desk, Role.MAINTENANCE)


def uploaded(keeper: Client, *files: bytes, phrase: str = "", accept: str = "text/html") -> Any:
    data = {
        "file": [(io.BytesIO(one), f"{at}.pem") for at, one in enumerate(files)],
        "passphrase": phrase,
        "csrf_token": keeper.csrf,
    }
    return keeper.flask.post(PAGE, data=data, base_url="https://localhost", headers={"Accept": accept})


def test_it_is_taken_in_shown_told_of_before_its_end_and_removed(desk: Desk, keeper: Client) -> None:
    assert "あと" in keeper.get(PAGE).text
    one = bought(utc_now(), days=40)
    answer = uploaded(keeper, one.own_pem + one.issuer_pem, one.key_pem)
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = keeper.get(PAGE).text
    assert NAME in page
    assert 'data-clinic="good"' in page
    assert "装置が知っている名前がありません" in page
    assert 'data-certificate="server"' not in page
    desk.shift = timedelta(days=15)
    page = client_of(desk, Role.MAINTENANCE).get(PAGE).text
    assert 'data-clinic="ending"' in page
    assert 'data-certificate="server"' in page
    assert 'data-certificate="server"' not in client_of(desk, Role.RECEPTION).get("/").text
    desk.shift = timedelta(days=41)
    assert 'data-clinic="over"' in client_of(desk, Role.MAINTENANCE).get(PAGE).text
    desk.shift = timedelta()
    assert client_of(desk, Role.MAINTENANCE).post(f"{PAGE}/remove").status_code == 303
    assert clinic.held(desk.box) is None
    rows = [row for row in audit.latest(desk.ledger, 10) if row.action.startswith("tls-")]
    assert [row.action for row in rows] == ["tls-certificate-remove", "tls-certificate"]


def test_what_cannot_be_used_is_refused_with_the_next_step_on_the_same_page(
    desk: Desk, keeper: Client
) -> None:
    answer = uploaded(keeper, b"not a certificate")
    assert answer.status_code == 422
    assert 'data-code="TLS-001"' in answer.text
    answer = uploaded(keeper, bought(utc_now()).p12, phrase="guessed", accept="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "CERT-002")
    assert PHRASE not in answer.text
    assert uploaded(keeper).status_code == 422
    assert clinic.held(desk.box) is None


def test_who_does_not_keep_the_box_may_not(desk: Desk) -> None:
    receptionist = client_of(desk, Role.RECEPTION)
    assert receptionist.get(PAGE).status_code == 403
    assert receptionist.post(PAGE).status_code == 403
    assert receptionist.post(f"{PAGE}/remove").status_code == 403
