"""Schemas, examples, AsyncAPI and code say the same; what the running lane sends matches."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from paho.mqtt.client import Client, MQTTMessage

from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block, Qualification, ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.message_drugs import DrugBody, DrugHeader
from appliance.eligibility.message_medical import CheckupBody, CheckupHeader
from appliance.eligibility.message_xml import write
from appliance.eligibility.visit import Phase
from appliance.ledger import conditions, readers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.times import utc_now
from appliance.sync.topics import Topics
from tests.contract.documents import CONTRACT, SCHEMAS, asyncapi, complaints, schema
from tests.sync.station import BOUND, INSTITUTION, Station, answer_check

EXAMPLES = sorted((CONTRACT / "examples").glob("*.json"))


def first_example(name: str) -> dict[str, Any]:
    path = next(path for path in EXAMPLES if path.name.startswith(f"{name}."))
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_and_there_is_no_other(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"urn:madoguchi:1:{name}"
    assert {path.name for path in (CONTRACT / "schema").iterdir()} == {
        f"{one}.schema.json" for one in SCHEMAS
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_match(path: Any) -> None:
    message = json.loads(path.read_text("utf-8"))
    assert complaints(path.name.partition(".")[0], message) == []


def test_every_schema_has_an_example() -> None:
    assert {path.name.partition(".")[0] for path in EXAMPLES} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_can_say_no(name: str) -> None:
    assert complaints(name, []) != []
    for member in schema(name)["required"]:
        example = first_example(name)
        del example[member]
        assert complaints(name, example) != [], member


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_unknown_members_are_allowed_everywhere(name: str) -> None:
    """MQ-001."""
    for found in objects(schema(name)):
        assert found.get("additionalProperties", True) is not False
    example = first_example(name)
    assert complaints(name, {**example, "came_later": {"deep": 1}}) == []


@pytest.mark.parametrize(
    ("definition", "block"),
    [("header", ResultHeader), ("body", ResultBody), ("qualification", Qualification)],
)
def test_the_eligibility_schema_knows_every_element(definition: str, block: type[Block]) -> None:
    assert_describes("eligibility", definition, block)


@pytest.mark.parametrize(
    ("definition", "block"),
    [
        ("records_header", DrugHeader),
        ("records_body", DrugBody),
        ("checkups_header", CheckupHeader),
        ("checkups_body", CheckupBody),
    ],
)
def test_the_medical_schema_knows_every_element(definition: str, block: type[Block]) -> None:
    assert_describes("medical", definition, block)


def assert_describes(name: str, definition: str, block: type[Block]) -> None:
    known = schema(name)["$defs"][definition]["properties"]
    slots = [slot for slot in layout(block) if slot.name != "result_list"]
    labels = {f"{slot.name}_label" for slot in slots if slot.code_table}
    assert set(known) == {slot.name for slot in slots} | labels | {"unknown"}
    for slot in slots:
        if slot.block is not None:
            target = (
                known[slot.name]["$ref"] if slot.kind is Kind.BLOCK else known[slot.name]["items"]["$ref"]
            )
            assert_describes(name, target.rpartition("/")[2], slot.block)


def test_the_fhir_form_describes_the_same_members_in_the_same_words() -> None:
    """MQ-200."""
    ordinary, fhir = schema("eligibility"), schema("eligibility-fhir")
    shared = set(ordinary["properties"]) & set(fhir["properties"]) - {"schema"}
    assert {name: fhir["properties"][name] for name in shared} == {
        name: ordinary["properties"][name] for name in shared
    }
    inside = {"family", "header", "body", "results"}
    assert set(fhir["properties"]) == {*ordinary["properties"], "bundle"} - inside
    assert set(fhir["required"]) == {*ordinary["required"], "bundle"} - inside


def resolved(reference: str) -> Any:
    node = asyncapi()
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_asyncapi_is_whole() -> None:
    document = asyncapi()
    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(document["info"])
    for reference in references(document):
        if reference.startswith("#/"):
            assert resolved(reference) is not None
        else:
            assert (CONTRACT / reference).is_file(), reference
    assert (CONTRACT / document["servers"]["box"]["bindings"]["mqtt"]["lastWill"]["message"]).is_file()


MESSAGES = {"eligibility": ["eligibility", "eligibilityFhir"]}
"""Channels that carry another message than the one they are named after."""


def test_asyncapi_channels_carry_their_parameters_and_messages() -> None:
    document = asyncapi()
    for name, channel in document["channels"].items():
        assert [*channel["parameters"]] == [
            part[1:-1] for part in channel["address"].split("/") if part.startswith("{")
        ]
        assert [*channel["messages"]] == MESSAGES.get(name, [name])
        for reference in channel["messages"].values():
            message = resolved(reference["$ref"])
            assert message["payload"]["schema"]["$ref"] == f"schema/{message['name']}.schema.json"
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert operation["action"] in ("send", "receive")
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])
    used = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    assert used == {f"#/channels/{name}" for name in document["channels"]}


def test_asyncapi_addresses_are_those_the_code_builds() -> None:
    """MQ-002."""
    topics = Topics("{institution}")
    assert {name: channel["address"] for name, channel in asyncapi()["channels"].items()} == {
        "boxState": topics.box_state,
        "readerState": topics.reader_state("{reader}"),
        "eligibility": topics.eligibility("{consumer}"),
        "ack": topics.ack("{consumer}"),
        "hello": topics.hello("{consumer}"),
        "bulkRequest": topics.bulk_request("{consumer}"),
        "bulkAnswer": topics.bulk_answer("{consumer}"),
        "bulkProgress": topics.bulk_progress("{consumer}"),
        "bulkResult": topics.bulk_result("{consumer}"),
        "task": topics.task("{consumer}"),
        "medical": topics.medical("{consumer}"),
        "request": topics.request("{consumer}"),
        "answer": topics.answer("{consumer}"),
        "outcome": topics.outcome("{consumer}"),
    }


def test_what_the_running_lane_sends_matches_its_schema(station: Station) -> None:
    """MQ-008, MQ-034."""
    conditions.note(station.ledger, Link.CENTER, LinkState.DOWN, "CENTER-003", utc_now())
    readers.adopt(station.ledger, "serial", utc_now())
    readers.show(station.ledger, "serial", utc_now(), phase=Phase.READING)
    states = station.consumer("emr", listen=(station.topics.box_state, station.topics.reader_state("+")))
    emr = station.consumer("emr")
    station.start_lane()
    qualification = Qualification(
        insurer_number="  139998",
        insured_card_symbol="",
        insured_card_classification="ZZ",
        unknown=("<NewElement2030>x</NewElement2030>",),
    )
    body = ResultBody(qualification_validity="1", result_list=(qualification,))
    answer_check(station.ledger, xml=write(ResultMessage(message_body=body)))
    heard = [states.next(), states.next(), emr.next()]
    for topic, payload in heard:
        name = {"box": "box-state", "reader": "reader-state", "consumer": "eligibility"}[topic.split("/")[3]]
        message = json.loads(payload)
        assert complaints(name, message) == []
        assert message["schema"] == schema(name)["$id"]
    (sent,) = json.loads(heard[-1][1])["results"]
    assert sent == {
        "insurer_number": "  139998",
        "insured_card_symbol": "",
        "insured_card_classification": "ZZ",
        "insured_card_classification_label": "不明なコード",
        "unknown": ["<NewElement2030>x</NewElement2030>"],
    }


def test_results_go_to_all_expire_and_are_never_retained(station: Station) -> None:
    """MQ-030, MQ-031, MQ-033."""
    found: dict[str, MQTTMessage] = {}
    both = threading.Event()

    def take(name: str, message: MQTTMessage) -> None:
        found[name] = message
        if len(found) == 2:
            both.set()

    for name in ("emr", "other"):
        consumer = station.consumer(name)

        def hear(_client: Client, _data: Any, message: MQTTMessage, name: str = name) -> None:
            take(name, message)

        consumer.client.on_message = hear
    station.start_lane()
    check_id = answer_check(station.ledger)
    assert both.wait(BOUND)
    for message in found.values():
        assert (message.qos, message.retain) == (1, False)
        expiry = getattr(message.properties, "MessageExpiryInterval", 0)
        assert 0 < expiry <= station.settings.offer_first + 1
    ids = {json.loads(message.payload)["delivery_id"] for message in found.values()}
    assert len(ids) == 2
    assert {json.loads(message.payload)["check_id"] for message in found.values()} == {check_id}
    late = station.consumer("emr")
    late.publish(station.topics.ack("emr"), "{}")
    newer = answer_check(station.ledger)
    assert json.loads(late.next()[1])["check_id"] == newer, "nothing retained came before"
    assert INSTITUTION in station.topics.prefix
