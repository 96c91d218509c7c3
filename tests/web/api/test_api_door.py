"""Who may call: tokens alone, each for its own, so many times a minute. And what a refusal looks like."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from appliance.eligibility.catalogue import CATALOGUE
from appliance.ledger import api_tokens
from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE, public
from tests.web.api.vendor import ROOT, Vendor, vendor_of, with_token
from tests.web.desk_world import ORIGIN, Desk

PATHS = ("/deliveries", f"/deliveries/{'0' * 32}", "/events", "/box", "/readers", "/bulk-runs", "/metrics")


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The error of an answer that must be one, in the one shape."""
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text
    assert set(answer.json) == {"error"}
    error: dict[str, Any] = answer.json["error"]
    assert set(error) - {"detail", "member", "problems"} == {"code", "title", "advice", "fault", "retryable"}
    entry = CATALOGUE[code]
    assert (error["code"], error["title"], error["advice"]) == (code, entry.title, entry.reception)
    return error


@pytest.mark.parametrize("path", PATHS)
def test_nothing_opens_without_a_token(vendor: Vendor, path: str) -> None:
    """API-002."""
    token_id = vendor.token.partition(".")[0]
    for text in ("", "x", token_id, f"{token_id}.", vendor.token[:-1]):
        answer = with_token(vendor, text).get(path)
        refused(answer, 401, "CALL-001")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_counts_in_its_header_alone(desk: Desk, vendor: Vendor) -> None:
    """API-002."""
    nobody = with_token(vendor, "")
    refused(nobody.get(f"/box?access_token={vendor.token}"), 401, "CALL-001")
    refused(nobody.get("/box", Authorization=f"Basic {vendor.token}"), 401, "CALL-001")
    nobody.flask.set_cookie(COOKIE, desk.sign_in(Role.ADMINISTRATOR), domain="localhost", secure=True)
    refused(nobody.get("/box"), 401, "CALL-001")
    assert vendor.get("/box", Authorization=f"bearer {vendor.token}").status_code == 200


def test_a_view_that_nobody_opened_is_closed(
    desk: Desk, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = with_token(vendor, api_tokens.make(desk.ledger, None, "engineer", desk.now()))
    forgotten = public(lambda: "open")
    monkeypatch.setitem(vendor.flask.application.view_functions, "api.box_state", forgotten)
    for caller in (vendor, figures):
        refused(caller.get("/box"), 403, "CALL-002")
    refused(with_token(vendor, "").get("/box"), 401, "CALL-001")


def test_each_kind_of_token_opens_its_own(desk: Desk, vendor: Vendor) -> None:
    """API-002, API-060."""
    figures = with_token(vendor, api_tokens.make(desk.ledger, None, "engineer", desk.now()))
    assert figures.get("/metrics").status_code == 200
    for path in PATHS:
        refused((vendor if path == "/metrics" else figures).get(path), 403, "CALL-002")


def test_a_revoked_token_opens_nothing_from_the_next_call_on(desk: Desk, vendor: Vendor) -> None:
    """API-003."""
    other = vendor_of(desk)
    assert vendor.get("/box").status_code == 200
    api_tokens.revoke(desk.ledger, vendor.token.partition(".")[0], "engineer", desk.now())
    refused(vendor.get("/box"), 401, "CALL-001")
    assert with_token(vendor, other.token).get("/box").status_code == 200


def test_so_many_calls_a_minute_and_no_more(desk: Desk) -> None:
    """API-007."""
    desk.settings = replace(desk.settings, api_requests_a_minute=3)
    vendor = vendor_of(desk)
    other = with_token(vendor, vendor_of(desk).token)
    for _ in range(3):
        assert vendor.get("/box").status_code == 200
    answer = vendor.get("/box")
    assert refused(answer, 429, "CALL-003")["retryable"] is True
    wait = int(answer.headers["Retry-After"])
    assert 1 <= wait <= 60
    assert other.get("/box").status_code == 200
    desk.shift = timedelta(seconds=60)
    assert vendor.get("/box").status_code == 200


def test_a_clock_that_is_set_locks_nobody_out(desk: Desk) -> None:
    desk.settings = replace(desk.settings, api_requests_a_minute=1)
    vendor = vendor_of(desk)
    assert vendor.get("/box").status_code == 200
    desk.shift = timedelta(days=-1)
    assert vendor.get("/box").status_code == 200
    refused(vendor.get("/box"), 429, "CALL-003")


@pytest.mark.parametrize(
    "path",
    [
        "/deliveries?after=",
        "/deliveries?after=-1",
        "/deliveries?after=9999999999999999999",
        "/deliveries?after=山田",
        "/deliveries?limit=0",
        "/deliveries?limit=101",
        "/deliveries?wait=61",
        "/deliveries?wait=1.5",
        "/deliveries?afer=1",
        "/events?after=x",
        "/box?after=1",
    ],
)
def test_what_is_no_parameter_is_refused_and_not_quoted(vendor: Vendor, path: str) -> None:
    """API-008."""
    error = refused(vendor.get(path), 422, "CALL-005")
    assert error["detail"]
    assert "山田" not in str(error)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/box", 405), ("DELETE", "/deliveries", 405)],
)
def test_where_there_is_nothing_the_shape_is_the_same(
    vendor: Vendor, method: str, path: str, status: int
) -> None:
    """API-006."""
    answer = vendor.call(method, path, Accept="text/html")
    refused(answer, status, "INPUT-005")
    assert status == 404 or "GET" in answer.headers["Allow"]


def test_an_error_of_ours_tells_nothing_of_the_inside(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """API-006."""

    def broken(*_: object) -> None:
        raise RuntimeError("見本花子 at /var/lib")

    monkeypatch.setattr("appliance.ledger.readers.all_readers", broken)
    with caplog.at_level(logging.DEBUG):
        answer = vendor.get("/readers")
    assert "detail" not in refused(answer, 500, "BOX-005")
    assert "見本花子" not in caplog.text


def test_a_browser_of_another_site_is_sent_away(vendor: Vendor) -> None:
    path = f"{ROOT}/deliveries/{'0' * 32}/ack"
    headers = {"Authorization": f"Bearer {vendor.token}", "Sec-Fetch-Site": "cross-site"}
    answer = vendor.flask.post(path, base_url=ORIGIN, headers=headers)
    refused(answer, 403, "AUTH-004")


def test_no_cookie_is_set_and_nothing_is_kept(vendor: Vendor) -> None:
    answer = vendor.get("/box")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
