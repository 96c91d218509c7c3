"""Lists of people over the API: the rules of MQTT, and what comes of them is fetched like any result."""

import json
from dataclasses import replace
from typing import Any

import pytest

from appliance.ledger import audit, bulk_runs, consumers
from appliance.ledger.consumers import Lists
from tests.contract.documents import CONTRACT, complaints
from tests.crash.bulk_box import lead
from tests.web.api.test_api_door import refused
from tests.web.api.vendor import Vendor, vendor_of
from tests.web.desk_world import CODE, Desk

REQUEST = json.loads((CONTRACT / "examples" / "bulk-request.appointments.json").read_text("utf-8")) | {
    "institution_code": CODE
}


@pytest.fixture
def reservations(desk: Desk) -> Vendor:
    """A consumer who may hand in lists, to be asked about at once."""
    return vendor_of(desk, "reservations", Lists.NOW)


def handed_in(vendor: Vendor, **changes: Any) -> Any:
    return vendor.post("/bulk-runs", REQUEST | changes)


def test_a_list_becomes_a_run_once(desk: Desk, reservations: Vendor) -> None:
    """API-030."""
    first, second = handed_in(reservations), handed_in(reservations)
    assert (first.status_code, second.status_code) == (201, 200)
    for answer in (first, second):
        assert complaints("bulk-answer", answer.json) == []
        assert answer.headers["Location"] == f"/api/1/bulk-runs/{first.json['run_id']}"
    assert (first.json["repeated"], second.json["repeated"]) == (False, True)
    assert len(bulk_runs.of_consumers(desk.ledger, desk.now())) == 1
    refused(handed_in(reservations, people=REQUEST["people"][:1]), 422, "BULK-011")
    (row,) = audit.latest(desk.ledger, 1)
    assert (row.actor, row.action) == ("reservations", "make-bulk-run")


def test_the_lists_of_who_was_withdrawn_are_nobodys(desk: Desk, reservations: Vendor) -> None:
    """MQ-113."""
    assert handed_in(reservations).status_code == 201
    assert consumers.remove(desk.ledger, "reservations")
    back = vendor_of(desk, "reservations", Lists.NOW)
    assert back.get("/bulk-runs").json["runs"] == []
    assert handed_in(back).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"request_id": "山田 花子"}, "BULK-001"),
        ({"people": "x"}, "BULK-001"),
        ({"kind": "tickets"}, "BULK-001"),
        ({"institution_code": "1300000000"}, "INPUT-004"),
        ({"people": [{"name": "見本　花子"}]}, "BULK-005"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_not_quoted(
    desk: Desk, reservations: Vendor, changes: dict[str, Any], code: str
) -> None:
    """API-030."""
    error = refused(handed_in(reservations, **changes), 422, code)
    assert "花子" not in json.dumps(error, ensure_ascii=False)
    if code == "BULK-005":
        assert [one["index"] for one in error["problems"]] == [0]
    assert bulk_runs.of_consumers(desk.ledger, desk.now()) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(reservations: Vendor, body: bytes) -> None:
    """API-030."""
    path, token = "/api/1/bulk-runs", f"Bearer {reservations.token}"
    answer = reservations.flask.post(path, data=body, headers={"Authorization": token})
    refused(answer, 422, "BULK-001")


def test_who_may_not_is_refused(desk: Desk, vendor: Vendor) -> None:
    """API-030."""
    refused(handed_in(vendor), 422, "BULK-010")
    refused(handed_in(vendor_of(desk, "nightly", Lists.NIGHT), when="now"), 422, "BULK-010")


def test_too_large_and_too_often(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """API-030."""
    desk.settings = replace(desk.settings, bulk_requests_a_minute=2)
    vendor = vendor_of(desk, "reservations", Lists.NOW)
    monkeypatch.setattr("appliance.web.api.bulk.MOST_BYTES", 1024)
    refused(handed_in(vendor, people=REQUEST["people"] * 50), 422, "BULK-004")
    assert handed_in(vendor, people=REQUEST["people"][:1]).status_code == 201
    answer = handed_in(vendor)
    refused(answer, 429, "BULK-012")
    assert answer.headers["Retry-After"]


def test_how_a_run_stands_is_for_its_own_consumer(desk: Desk, vendor: Vendor, reservations: Vendor) -> None:
    """API-031."""
    run_id = handed_in(reservations).json["run_id"]
    answer = reservations.get(f"/bulk-runs/{run_id}")
    assert complaints("bulk-progress", answer.json) == []
    assert answer.json == reservations.get("/bulk-runs").json["runs"][0]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert reservations.get(f"/bulk-runs/{run_id}", **tag).status_code == 304
    refused(vendor.get(f"/bulk-runs/{run_id}"), 404, "INPUT-005")
    assert vendor.get("/bulk-runs").json == {"runs": []}
    bulk_runs.stop(desk.ledger, run_id, desk.now())
    assert reservations.get(f"/bulk-runs/{run_id}", **tag).json["over"] is True


def test_what_comes_of_them_is_fetched_like_any_result(
    desk: Desk, vendor: Vendor, reservations: Vendor
) -> None:
    """API-032."""
    run_id = handed_in(reservations, when="now").json["run_id"]
    lead(desk.box.root, run_id)
    (result,) = reservations.pending()
    assert complaints("bulk-result", result) == []
    assert (result["run_id"], result["request_id"]) == (run_id, REQUEST["request_id"])
    assert [one["patient"] for one in result["people"]] == [
        one["patient"] for one in REQUEST["people"] if one.get("birthdate")
    ]
    assert reservations.post(f"/deliveries/{result['delivery_id']}/ack").json["state"] == "acknowledged"
    assert vendor.pending() == []
