"""A list handed in over MQTT goes to the real virtual center and comes back part by part, to whom it belongs."""

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.demo.center_client import RunningCenter
from appliance.ledger import bulk_runs, conditions, consumer_forms, consumers
from appliance.ledger.bulk_runs import RunState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.times import utc_now
from appliance.sync import broker
from appliance.sync.folder_lane import FolderLane
from tests.bulk_lists import as_list, row
from tests.contract.documents import schema
from tests.sync.bulk_emr import BulkEmr, person
from tests.sync.center.bulk_clinic import QUICK, BulkClinic
from tests.sync.center.conftest import ClinicMaker
from tests.sync.station import Station


@pytest.fixture
def bulk(make_clinic: ClinicMaker, center: RunningCenter) -> BulkClinic:
    """A clinic with an asker; the center's jobs take no time."""
    center.ask("bulk-delay", seconds=0)
    made = BulkClinic(make_clinic(**QUICK))
    made.clinic.start_asker()
    return made


@pytest.fixture
def desk(bulk: BulkClinic) -> Iterator[Station]:
    """The same box with its broker, in parts of two people."""
    made = Station(bulk.clinic.box.root, offer_first=600.0, offer_longest=600.0, bulk_people=2)
    try:
        made.add_consumer("emr", ListTerms(Lists.NOW))
        made.add_consumer("other", ListTerms(Lists.NOW))
        made.start_broker()
        start_lane(made)
        yield made
    finally:
        made.close()


def start_lane(desk: Station) -> None:
    conditions.forget(desk.ledger, (Link.BROKER,), utc_now())
    desk.start_lane()
    desk.until(lambda: conditions.get(desk.ledger, Link.BROKER).state is LinkState.UP)


def request(*people: str) -> dict[str, Any]:
    return {"request_id": "morning", "when": "now", "people": [person(row(one)) for one in people]}


def assert_fits(name: str, message: dict[str, Any]) -> None:
    Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(message)


def test_a_list_comes_back_in_parts_to_whom_it_belongs(desk: Station, bulk: BulkClinic) -> None:
    """MQ-080, MQ-081."""
    spy = BulkEmr(desk, "other")
    emr = BulkEmr(desk)
    asked = request("p01", "p04", "p08")
    run_id = emr.answered(asked)["run_id"]
    with bulk.lane():
        parts = [emr.next("bulk-result")[0] for _ in range(2)]
        bulk.until(run_id, RunState.DONE)
    for part in parts:
        assert_fits("bulk-result", part)
        assert (part["run_id"], part["request_id"], part["parts"]) == (run_id, "morning", 2)
    people = sorted((one for part in parts for one in part["people"]), key=lambda one: one["index"])
    assert [(one["index"], one["patient"], one["outcome"]) for one in people] == [
        (0, "p01", "valid"),
        (1, "p04", "invalid"),
        (2, "p08", "newer_exists"),
    ]
    assert people[0]["insurances"][0]["insurer_number"] == asked["people"][0]["insurer_number"]
    last = emr.next("bulk-progress")[0]
    while not last["over"]:
        last = emr.next("bulk-progress")[0]
    assert (last["state"], last["answered"], last["seconds_left"]) == ("done", 3, None)
    assert last["outcomes"] == {"valid": 1, "invalid": 1, "newer_exists": 1}
    assert all(waiting.empty() for waiting in spy.heard.values())


def test_a_part_is_offered_until_it_is_acknowledged(desk: Station, bulk: BulkClinic) -> None:
    """MQ-080, MQ-204."""
    consumer_forms.set_form(desk.ledger, "emr", Form.FHIR, "keeper", utc_now())
    deaf = BulkEmr(desk, acknowledges=False)
    run_id = deaf.answered(request("p01"))["run_id"]
    with bulk.lane():
        first = deaf.next("bulk-result")[0]
        bulk.until(run_id, RunState.DONE)
    assert_fits("bulk-result", first)
    deaf.consumer.hello()
    assert deaf.next("bulk-result")[0] == first | {"attempt": 2}
    desk.stop_lane()
    start_lane(desk)
    again = deaf.next("bulk-result")[0]
    assert (again["delivery_id"], again["attempt"]) == (first["delivery_id"], 3)
    deaf.consumer.publish(desk.topics.ack("emr"), json.dumps({"delivery_id": first["delivery_id"]}))
    check_id = desk.ledger.read.execute("SELECT check_id FROM bulk_chunks").fetchone()[0]
    desk.until_acknowledged(check_id, "emr")


def test_a_failed_part_brings_no_result_until_it_is_repeated(
    desk: Station, bulk: BulkClinic, center: RunningCenter
) -> None:
    """MQ-082."""
    center.ask("bulk-delay", seconds=600)
    emr = BulkEmr(desk)
    run_id = emr.answered(request("p01"))["run_id"]
    with bulk.lane(bulk_patience=0.1):
        bulk.until(run_id, RunState.FAILED)
    said = emr.next("bulk-progress")[0]
    while not said["over"]:
        said = emr.next("bulk-progress")[0]
    assert (said["state"], said["trouble_code"], said["answered"]) == ("failed", "BULK-006", 0)
    assert "bulk-result" not in emr.heard
    center.ask("bulk-delay", seconds=0)
    assert bulk_runs.repeat(bulk.ledger, run_id)
    with bulk.lane():
        assert emr.next("bulk-result")[0]["people"][0]["outcome"] == "valid"


def test_an_emr_of_the_older_protocol(desk: Station) -> None:
    """MQ-071."""
    witness = BulkEmr(desk)
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    address = broker.endpoint(desk.box, desk.settings)
    client.tls_set_context(ssl.create_default_context(cafile=str(address.ca)))
    client.username_pw_set("emr", desk.passwords["emr"])
    client.connect(address.host, address.port)
    client.loop_start()
    try:
        client.publish(desk.topics.bulk_request("emr"), json.dumps(request("p01")), qos=1)
        assert witness.next("bulk-answer")[0]["request_id"] == "morning"
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_list_from_the_folder_comes_back_as_one_file(bulk: BulkClinic) -> None:
    """FO-030."""
    terms = FolderTerms(encoding="Shift_JIS")
    consumers.put(bulk.ledger, "desk", ConsumerKind.FOLDER, terms, utc_now(), ListTerms(Lists.NOW))
    settings = replace(bulk.clinic.settings, folder_patience=0.1, bulk_people=1)
    root = bulk.clinic.box.folder_root(settings)
    lane = FolderLane(bulk.clinic.box, settings, bulk.ledger, utc_now)
    lane.start()
    try:
        bulk.clinic.until((root / "lists").is_dir)
        (root / "lists" / "morning.csv").write_bytes(as_list(row("p01"), row("p04")))
        with bulk.lane():
            bulk.clinic.until((root / "res" / "morning.result.csv").exists)
    finally:
        lane.stop()
    lines = (root / "res" / "morning.result.csv").read_bytes().decode("cp932").splitlines()
    assert [line.split(",")[0] for line in lines] == ["区分", "無効", "有効"]
    assert (root / "res" / "morning.report.txt").exists()
    (run,) = bulk_runs.recent(bulk.ledger, 9)
    assert sum(run.chunks.values()) == 2
