"""Results over the API: the messages of MQTT, fetched from a cursor, waited for, acknowledged; nobody holds up another."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from appliance.ledger import consumer_forms, dead_letters, deliveries
from appliance.ledger.consumer_forms import Form
from appliance.ledger.database import Ledger
from appliance.web.api import offering
from tests.contract.documents import complaints
from tests.web.api.test_api_door import refused
from tests.web.api.vendor import Vendor, unreadable_answer, vendor_of
from tests.web.desk_world import Desk


def ids(found: list[dict[str, object]]) -> list[object]:
    return [one["check_id"] for one in found]


def test_results_come_in_order_as_the_messages_of_mqtt(desk: Desk, vendor: Vendor) -> None:
    """API-010."""
    wanted = [desk.person(f"p{number:02d}", card=bool(number % 2)) for number in range(1, 6)]
    found = vendor.pending()
    assert ids(found) == wanted
    for one in found:
        assert complaints("eligibility", one) == []
    assert ids(vendor.pending("?limit=2")) == wanted[:2]


def test_a_result_is_given_until_it_is_acknowledged_and_keeps_its_id(desk: Desk, vendor: Vendor) -> None:
    """API-011, API-012."""
    others = vendor_of(desk, "other")
    desk.person("p01")
    first, second = vendor.pending()[0], vendor.pending()[0]
    assert first["delivery_id"] == second["delivery_id"]
    assert (first["attempt"], second["attempt"]) == (1, 2)
    other = others.pending()[0]
    assert other["check_id"] == first["check_id"]
    assert other["delivery_id"] != first["delivery_id"]
    # Another process of the same box: what was given is nowhere but in the ledger.
    assert ids(vendor_of(desk).pending()) == [first["check_id"]]
    answer = vendor.post(f"/deliveries/{first['delivery_id']}/ack")
    assert answer.json == {"delivery_id": first["delivery_id"], "state": "acknowledged", "repeated": False}
    assert vendor.pending() == []
    assert vendor.post(f"/deliveries/{first['delivery_id']}/ack").json["repeated"] is True


def test_another_ones_delivery_is_like_one_of_nobody(desk: Desk, vendor: Vendor) -> None:
    """API-004, API-016."""
    other = vendor_of(desk, "other")
    desk.person("p01")
    for delivery_id in (other.pending()[0]["delivery_id"], "0" * 32, "x"):
        for answer in (
            vendor.get(f"/deliveries/{delivery_id}"),
            vendor.post(f"/deliveries/{delivery_id}/ack"),
        ):
            refused(answer, 404, "INPUT-005")
    assert len(other.pending()) == 1


def test_one_result_once_more_acknowledged_or_not(desk: Desk, vendor: Vendor) -> None:
    """API-016."""
    desk.person("p01")
    given = vendor.pending()[0]
    vendor.post(f"/deliveries/{given['delivery_id']}/ack")
    answer = vendor.get(f"/deliveries/{given['delivery_id']}")
    assert complaints("eligibility", answer.json) == []
    assert answer.json["results"] == given["results"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert vendor.get(f"/deliveries/{given['delivery_id']}", **tag).status_code == 304


def test_who_reads_on_from_a_cursor_misses_nothing(desk: Desk, vendor: Vendor) -> None:
    """API-013: also not what is owed once more."""
    wanted = [desk.person("p01") for _ in range(5)]
    seen, cursor = [], "0"
    for _ in range(3):
        answer = vendor.get(f"/deliveries?after={cursor}&limit=2").json
        seen += ids(answer["deliveries"])
        cursor = answer["cursor"]
    assert seen == wanted
    assert vendor.get(f"/deliveries?after={cursor}").json == {"deliveries": [], "cursor": cursor}
    (first,) = deliveries.in_turn(desk.ledger, "chart", 0, 1)
    dead_letters.delivery_failed(desk.ledger, first.id, "CENTER-002", desk.now(), 1, desk.now())
    dead_letters.retry_delivery(desk.ledger, first.id, "sakura", desk.now())
    assert ids(vendor.pending(f"?after={cursor}")) == [first.check_id]


def test_who_has_it_already_is_told_so_and_it_does_not_count(desk: Desk, vendor: Vendor) -> None:
    """API-015."""
    empty = vendor.get("/deliveries")
    assert vendor.get("/deliveries", **{"If-None-Match": empty.headers["ETag"]}).status_code == 304
    desk.person("p01")
    tag = vendor.get("/deliveries").headers["ETag"]
    again = vendor.get("/deliveries", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert vendor.call("HEAD", "/deliveries").headers["ETag"] == tag
    assert vendor.pending()[0]["attempt"] == 2
    desk.person("p02")
    assert vendor.get("/deliveries", **{"If-None-Match": tag}).status_code == 200


def test_who_has_it_in_another_form_is_given_it_in_this_one(desk: Desk, vendor: Vendor) -> None:
    """API-015: one by one as well."""
    desk.person("p01")
    one = f"/deliveries/{vendor.pending()[0]['delivery_id']}"
    before = [(path, vendor.get(path).headers["ETag"]) for path in ("/deliveries", one)]
    consumer_forms.set_form(desk.ledger, "chart", Form.FHIR, "engineer", desk.now())
    for path, tag in before:
        answer = vendor.get(path, **{"If-None-Match": tag})
        assert (answer.status_code, "urn:madoguchi:1:eligibility-fhir" in answer.text) == (200, True)
        known = {"If-None-Match": answer.headers["ETag"]}
        assert vendor.get(path, **known).status_code == 304


def test_what_is_no_message_goes_to_a_person_and_holds_up_nothing(desk: Desk, vendor: Vendor) -> None:
    broken, whole = unreadable_answer(desk), desk.person("p01")
    assert ids(vendor.pending()) == [whole]
    given_up = [one for one in dead_letters.given_up_deliveries(desk.ledger) if one.consumer == "chart"]
    assert [(one.check_id, one.reason_code) for one in given_up] == [(broken, "CENTER-002")]


def test_a_large_answer_is_cut_and_read_on(
    desk: Desk, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [desk.person("p01") for _ in range(3)]
    size = len(json.dumps(vendor.pending()[0], ensure_ascii=False).encode())
    monkeypatch.setattr(offering, "MOST_BYTES", 2 * size)
    assert ids(vendor.pending()) == wanted[:2]
    monkeypatch.setattr(offering, "MOST_BYTES", 1)
    assert ids(vendor.pending()) == wanted[:1]


def test_a_wait_ends_when_there_is_something(desk: Desk, vendor: Vendor) -> None:
    """API-014."""
    desk.settings = replace(desk.settings, api_longest_wait=60.0)
    waiting = threading.Event()
    vendor = vendor_of(desk)
    listens = Ledger.listen

    def listening(*given: object) -> object:
        waiting.set()
        return listens(*given)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(1) as pool:
        patched.setattr(Ledger, "listen", listening)
        answer = pool.submit(vendor.pending, "?wait=60")
        assert waiting.wait(20)
        check_id = desk.person("p01")
        assert ids(answer.result(20)) == [check_id]


def test_a_wait_for_nothing_ends_too(desk: Desk) -> None:
    """API-014."""
    desk.settings = replace(desk.settings, api_longest_wait=0.05)
    vendor = vendor_of(desk)
    assert vendor.pending("?wait=60") == []
    desk.person("p01")
    tag = vendor.get("/deliveries").headers["ETag"]
    assert vendor.get("/deliveries?wait=60", **{"If-None-Match": tag}).status_code == 304


def test_who_takes_nothing_holds_up_nobody(desk: Desk, vendor: Vendor) -> None:
    """API-017."""
    idle = vendor_of(desk, "idle")
    wanted = [desk.person("p01") for _ in range(20)]
    for one in vendor.pending():
        assert vendor.post(f"/deliveries/{one['delivery_id']}/ack").status_code == 200
    wanted.append(desk.person("p02"))
    assert ids(vendor.pending()) == wanted[-1:]
    assert ids(idle.pending()) == wanted


def test_results_as_fhir_for_who_wants_them_so(desk: Desk, vendor: Vendor) -> None:
    """API-018."""
    chart = vendor_of(desk, "fhir-chart")
    consumer_forms.set_form(desk.ledger, "fhir-chart", Form.FHIR, "engineer", desk.now())
    check_id = desk.person("p01")
    (given,) = chart.pending()
    assert complaints("eligibility-fhir", given) == []
    assert (given["check_id"], given["bundle"]["resourceType"]) == (check_id, "Bundle")
    assert vendor.pending()[0]["schema"] == "urn:madoguchi:1:eligibility"
