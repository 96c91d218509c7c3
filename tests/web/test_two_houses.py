"""A house of two institution codes, 医科 and 歯科: reception says under which it asks; a house of one is not asked."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.eligibility import message_xml
from appliance.ledger import bulk_runs, checks, readers
from appliance.ledger.checks import Check
from tests.bulk_lists import as_list, row
from tests.web.desk_world import CODE, ORIGIN, Client, Desk, client_of

DENTAL = "1339999995"
FETCH = {"Accept": "application/json"}
TYPED = {"insurer_number": "06139992", "symbol": "12", "number": "345", "birthdate": "S54.3.5"}


@pytest.fixture
def house(desk: Desk) -> Client:
    """Reception in a house of two codes."""
    desk.settings = replace(desk.settings, other_institution_codes=(DENTAL,))
    return client_of(desk)


def opened(desk: Desk, answer: Any) -> Check:
    assert answer.status_code == 201, answer.text
    check = checks.find(desk.ledger, answer.json["id"])
    assert check is not None
    return check


def asked_under(check: Check) -> str | None:
    return message_xml.read_request(check.request_xml or b"").message_header.medical_institution_code


def test_a_house_of_one_code_is_not_asked(desk: Desk, client: Client) -> None:
    for page in ("/reception/manual", "/bulk"):
        assert "医科" not in client.get(page).text
        assert "institution" not in client.get(page).text
    check = opened(desk, client.post("/reception/manual", TYPED))
    assert check.institution_code == CODE
    assert "医療機関" not in client.get(f"/reception/checks/{check.id}", **FETCH).text
    assert client.flask.get_cookie("__Host-madoguchi-house", "localhost") is None


def test_numbers_are_asked_about_under_the_code_that_was_chosen(desk: Desk, house: Client) -> None:
    form = house.get("/reception/manual").text
    assert f'<option value="{CODE}" selected>医科（{CODE}）' in form
    assert f'<option value="{DENTAL}">歯科（{DENTAL}）' in form
    check = opened(desk, house.post("/reception/manual", TYPED | {"institution_code": DENTAL}))
    assert (check.institution_code, asked_under(check)) == (DENTAL, DENTAL)
    assert f"歯科（{DENTAL}）" in house.get(f"/reception/checks/{check.id}", **FETCH).text


def test_the_browser_stays_with_what_was_chosen_last(desk: Desk, house: Client) -> None:
    opened(desk, house.post("/reception/manual", TYPED | {"institution_code": DENTAL}))
    assert f'<option value="{DENTAL}" selected>' in house.get("/reception/manual").text
    assert f'<option value="{DENTAL}" selected>' in house.get("/bulk").text
    house.flask.set_cookie("__Host-madoguchi-house", "1234567890", domain="localhost")
    assert f'<option value="{CODE}" selected>' in house.get("/reception/manual").text


def test_what_is_put_right_keeps_the_code_it_was_asked_under(desk: Desk, house: Client) -> None:
    check = opened(desk, house.post("/reception/manual", TYPED | {"institution_code": DENTAL}))
    house.flask.delete_cookie("__Host-madoguchi-house", domain="localhost")
    form = house.get(f"/reception/manual?from={check.id}").text
    assert f'<option value="{DENTAL}" selected>' in form


@pytest.mark.parametrize("code", ["1234567890", "'"])
def test_a_code_of_another_house_is_refused(desk: Desk, house: Client, code: str) -> None:
    refused = house.post("/reception/manual", TYPED | {"institution_code": code})
    assert refused.json["error"]["code"] == "INPUT-004"
    assert checks.recent(desk.ledger, 9) == ()
    refused = house.post(f"/bulk/lists/appointments?institution={code}", data=as_list(row("p01")))
    assert refused.json["error"]["code"] == "INPUT-004"
    assert bulk_runs.recent(desk.ledger, 9) == ()


def test_lists_and_periods_are_asked_about_under_the_code_that_was_chosen(desk: Desk, house: Client) -> None:
    listed = house.post(f"/bulk/lists/appointments?institution={DENTAL}", data=as_list(row("p01")))
    month = house.post(f"/bulk/periods/tickets?institution={DENTAL}", {"month": "2026-11"})
    unsaid = house.post("/bulk/lists/appointments", data=as_list(row("p01")))
    found = {one.id: one.institution_code for one in bulk_runs.recent(desk.ledger, 9)}
    assert found == {listed.json["id"]: DENTAL, month.json["id"]: DENTAL, unsaid.json["id"]: CODE}
    page = house.get(f"/bulk/{listed.json['id']}").text
    assert f"1人　歯科（{DENTAL}）" in page
    assert ORIGIN not in page


def test_a_readers_tile_says_whose_it_is(desk: Desk, house: Client) -> None:
    assert readers.assign(desk.ledger, "2", DENTAL)
    page = house.get("/").text
    assert f"窓口1　医科（{CODE}）" in page
    assert f"窓口2　歯科（{DENTAL}）" in page
    desk.settings = replace(desk.settings, other_institution_codes=())
    assert "医科" not in client_of(desk).get("/").text
