"""Requests over the API: the operations of MQTT, each once by the consumer's own id, and what comes of them is fetched."""

import json
from dataclasses import replace
from typing import Any

import pytest

from appliance.ledger import api_tokens, checks, consumer_terms, dead_letters, results
from appliance.ledger.checks import CheckState
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import Lists
from tests.contract.documents import CONTRACT, complaints
from tests.web.api.test_api_door import refused
from tests.web.api.vendor import Vendor, vendor_of, with_token
from tests.web.desk_world import Desk

CHECK = json.loads((CONTRACT / "examples" / "request.check.json").read_text("utf-8"))


@pytest.fixture
def asker(desk: Desk) -> Vendor:
    """A consumer who may ask for everything."""
    vendor = vendor_of(desk, "asker")
    consumer_terms.allow(desk.ledger, "asker", Term)
    return vendor


def asked(vendor: Vendor, status: int = 201, **changes: Any) -> Any:
    """The answer to a check with these changes, which must have this status."""
    answer = vendor.post("/requests", CHECK | changes)
    assert answer.status_code == status, answer.text
    assert complaints("answer", answer.json) == []
    return answer


def plain(vendor: Vendor, operation: str, status: int = 201, **members: Any) -> Any:
    """The answer to a request of another operation."""
    answer = vendor.post("/requests", {"operation": operation, "request_id": operation} | members)
    assert answer.status_code == status, answer.text
    assert complaints("answer", answer.json) == []
    return answer.json


def test_a_check_is_asked_once_and_its_result_names_the_request(desk: Desk, asker: Vendor) -> None:
    """API-050, API-051."""
    other = vendor_of(desk, "other")
    first, second = asked(asker), asked(asker, 200)
    assert first.headers["Location"] == f"/api/1/requests/{CHECK['request_id']}"
    check_id = first.json["check_id"]
    assert (second.json["check_id"], second.json["repeated"]) == (check_id, True)
    assert len(checks.recent(desk.ledger, 9)) == 1
    desk.answered(check_id, "1")
    (own,) = asker.pending()
    assert complaints("eligibility", own) == []
    assert (own["check_id"], own["origin"], own["request_id"]) == (
        check_id,
        "consumer",
        CHECK["request_id"],
    )
    assert other.pending()[0]["request_id"] is None
    stands = asker.get(f"/requests/{CHECK['request_id']}")
    assert complaints("answer", stands.json) == []
    assert (stands.json["state"], stands.json["delivery_id"]) == ("answered", own["delivery_id"])
    tag = {"If-None-Match": stands.headers["ETag"]}
    assert asker.get(f"/requests/{CHECK['request_id']}", **tag).status_code == 304
    refused(other.get(f"/requests/{CHECK['request_id']}"), 404, "REQUEST-006")


@pytest.mark.parametrize(
    ("changes", "status", "code", "member"),
    [
        ({"request_id": "山田"}, 422, "REQUEST-001", "request_id"),
        ({"operation": "dance"}, 422, "REQUEST-001", "operation"),
        ({"birthdate": "明日"}, 422, "REQUEST-002", "birthdate"),
        ({"number": "123456789018"}, 422, "INPUT-007", "number"),
        ({"institution_code": "1300000000"}, 422, "INPUT-004", "institution_code"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_member_and_not_quoted(
    desk: Desk, asker: Vendor, changes: dict[str, Any], status: int, code: str, member: str
) -> None:
    """API-052."""
    error = refused(asker.post("/requests", CHECK | changes), status, code)
    assert error["member"] == member
    assert all(str(value) not in json.dumps(error, ensure_ascii=False) for value in changes.values())
    assert checks.recent(desk.ledger, 9) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b" " * 20_000 + b"{}"])
def test_what_is_no_request_is_refused(asker: Vendor, body: bytes) -> None:
    """API-052."""
    headers = {"Authorization": f"Bearer {asker.token}"}
    refused(asker.flask.post("/api/1/requests", data=body, headers=headers), 422, "REQUEST-001")


def test_another_request_under_the_same_id_and_too_many_of_them(desk: Desk, asker: Vendor) -> None:
    """API-052."""
    asked(asker)
    refused(asker.post("/requests", CHECK | {"branch": "02"}), 409, "REQUEST-004")
    desk.settings = replace(desk.settings, consumer_requests_a_minute=1)
    hurried = with_token(vendor_of(desk, "asker"), asker.token)
    answer = hurried.post("/requests", CHECK | {"request_id": "next"})
    refused(answer, 429, "REQUEST-005")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("operation", ["check", "register", "medical", "resend", "replay"])
def test_each_operation_has_to_be_allowed(desk: Desk, vendor: Vendor, operation: str) -> None:
    """API-050: MQ-100 holds."""
    values = json.loads((CONTRACT / "examples" / f"request.{operation}.json").read_text("utf-8"))
    refused(vendor.post("/requests", values), 403, "REQUEST-003")


def test_what_waits_can_be_withdrawn_and_what_is_over_cannot(desk: Desk, asker: Vendor) -> None:
    """API-050."""
    check_id = asked(asker).json["check_id"]
    assert plain(asker, "cancel", of=CHECK["request_id"])["state"] == "withdrawn"
    found = checks.find(desk.ledger, check_id)
    assert found is not None
    assert found.state is CheckState.WITHDRAWN
    second = asked(asker, request_id="second").json["check_id"]
    desk.answered(second, "1")
    again = {"operation": "cancel", "request_id": "late", "of": "second"}
    refused(asker.post("/requests", again), 409, "REQUEST-007")


def test_a_result_comes_once_more_behind_what_was_read(desk: Desk, asker: Vendor) -> None:
    """API-013, API-050: with its old id, and a consumer that reads on from its cursor sees it."""
    first, _ = desk.person("p01"), desk.person("p02")
    answer = asker.get("/deliveries").json
    for one in answer["deliveries"]:
        asker.post(f"/deliveries/{one['delivery_id']}/ack")
    plain(asker, "resend", check_id=first)
    (again,) = asker.pending(f"?after={answer['cursor']}")
    assert (again["check_id"], again["replayed"]) == (first, True)
    assert again["delivery_id"] == answer["deliveries"][0]["delivery_id"]


def test_a_new_consumer_gets_what_was_before_it(desk: Desk, asker: Vendor) -> None:
    """API-013, API-050."""
    asker.pending()
    wanted = [desk.person("p01"), desk.person("p02")]
    late = vendor_of(desk, "late")
    consumer_terms.allow(desk.ledger, "late", [Term.REPLAY])
    assert late.pending() == []
    said = plain(late, "replay", since="2021-01-01T00:00:00+09:00")
    assert (said["count"], said["more"]) == (2, False)
    found = late.pending()
    assert [one["check_id"] for one in found] == wanted
    assert all(one["replayed"] for one in found)


def test_what_was_given_up_is_seen_by_both_sides(desk: Desk, asker: Vendor) -> None:
    """API-053."""
    assert asker.get("/dead-letters").json == {"dead_letters": []}
    desk.person("p01")
    (given,) = asker.pending()
    dead_letters.delivery_failed(desk.ledger, given["delivery_id"], "CENTER-002", desk.now(), 1, desk.now())
    (letter,) = asker.get("/dead-letters").json["dead_letters"]
    assert (letter["delivery_id"], letter["reason_code"]) == (given["delivery_id"], "CENTER-002")
    assert plain(asker, "dead-letters", 200)["dead_letters"] == [letter]
    assert vendor_of(desk, "other").get("/dead-letters").json == {"dead_letters": []}
    assert asker.post(f"/deliveries/{given['delivery_id']}/ack").json["state"] == "dead"
    plain(asker, "resend", delivery_id=given["delivery_id"])
    assert asker.get("/dead-letters").json == {"dead_letters": []}


def test_who_asked_is_told_when_there_will_be_no_answer(desk: Desk, asker: Vendor) -> None:
    """API-051."""
    check_id = asked(asker).json["check_id"]
    assert results.withdraw(desk.ledger, check_id, desk.now())
    (word,) = asker.pending()
    assert complaints("outcome", word) == []
    assert (word["state"], word["request_id"]) == ("withdrawn", CHECK["request_id"])


def test_a_revoked_token_asks_for_nothing(desk: Desk, asker: Vendor) -> None:
    """API-003."""
    api_tokens.revoke(desk.ledger, asker.token.partition(".")[0], "engineer", desk.now())
    refused(asker.post("/requests", CHECK), 401, "CALL-001")
    assert checks.recent(desk.ledger, 9) == ()


def test_lists_and_requests_have_ids_of_their_own(desk: Desk) -> None:
    vendor = vendor_of(desk, "both", Lists.NOW)
    consumer_terms.allow(desk.ledger, "both", [Term.CHECK])
    person = {"patient": "1", "insurer_number": "06139992", "number": "1", "birthdate": "19790305"}
    run = vendor.post("/bulk-runs", {"request_id": "1", "people": [person]})
    assert (run.status_code, asked(vendor, request_id="1").status_code) == (201, 201)
