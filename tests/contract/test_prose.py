"""The prose of the contract: every binding sentence has a test, every line to paste works, all parts agree."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from appliance.eligibility.consumer_requests import Reader
from appliance.ledger import consumer_terms, consumers
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.times import utc_now
from tests.contract.documents import CONTRACT, README, ROOT, asyncapi, schema
from tests.sync.station import BOUND, INSTITUTION, Station, answer_check, process_ended_within

RULE = re.compile(r"\b(?:MQ|FO|API)-[0-9]{3}\b")
BINDING = re.compile(r"^- \*\*((?:MQ|FO|API)-[0-9]{3})\*\* ", re.MULTILINE)
SECTION = re.compile(r"^## Topic `([^`]+)`\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)


def rules_in_tests() -> set[str]:
    """The rules named in the docstrings of the tests of sync, contract and the API."""
    found: set[str] = set()
    for folder in ("sync", "contract", "web/api"):
        for path in (ROOT / "tests" / folder).rglob("test_*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    found.update(RULE.findall(ast.get_docstring(node) or ""))
    return found


def test_every_rule_has_a_test_and_every_named_rule_exists() -> None:
    rules = BINDING.findall(README)
    assert len(rules) == len(set(rules)), "a number is given twice"
    assert len(rules) > 40
    assert set(rules) == rules_in_tests()


def test_every_sentence_that_says_must_has_a_number() -> None:
    for block in re.split(r"\n(?=- |\n)", README):
        if " MUST " in block and "RFC 2119" not in block:
            assert BINDING.match(block.strip()), block


def test_one_section_a_channel_with_purpose_example_and_lines_to_paste() -> None:
    sections = dict(SECTION.findall(README))
    assert set(sections) == {channel["address"] for channel in asyncapi()["channels"].values()}
    for topic, text in sections.items():
        assert "**Purpose.**" in text, topic
        assert "**Retained:**" in text, topic
        assert "**QoS:** 1" in text, topic
        assert "```sh" in text, topic


def test_retained_in_the_prose_is_retained_in_asyncapi() -> None:
    channels = asyncapi()["channels"]
    said = {topic: "**Retained:** yes" in text for topic, text in SECTION.findall(README)}
    for operation in asyncapi()["operations"].values():
        address = channels[operation["channel"]["$ref"].rpartition("/")[2]]["address"]
        assert operation["bindings"]["mqtt"]["retain"] is said[address]
        assert operation["bindings"]["mqtt"]["qos"] == 1


def test_examples_in_the_prose_match_their_schema() -> None:
    for topic, text in SECTION.findall(README):
        (name,) = re.findall(r"\*\*Schema:\*\* \[`([a-z-]+)`\]", text)
        (example,) = re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)
        errors = list(Draft202012Validator(schema(name)).iter_errors(json.loads(example)))
        assert errors == [], topic


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (CONTRACT / target).exists(), target


def pasted(station: Station, line: str, output: int | None = None) -> "subprocess.Popen[bytes]":
    address = (station.box.tls_dir / "ca.pem", station.box.broker_dir / "port")
    environment = {
        "PATH": "/usr/bin:/bin",
        "BOX_HOST": "127.0.0.1",
        "BOX_PORT": address[1].read_text(),
        "BOX_CA": str(address[0]),
        "INSTITUTION": INSTITUTION,
        "EMR": "emr",
        "EMR_PASSWORD": station.passwords["emr"],
    }
    return subprocess.Popen(["bash", "-c", line], env=environment, stdout=output)


LINES = re.findall(r"^mosquitto_(?:sub|pub) .*$", README, re.MULTILINE)


@pytest.mark.parametrize("line", [line for line in LINES if "eligibility" in line or "box/state" in line])
def test_lines_to_listen_hear_something(station: Station, line: str) -> None:
    listener = pasted(station, f"exec {line} -C 1 -W 30", subprocess.PIPE)
    try:
        station.start_lane()
        answer_check(station.ledger)
        emr = station.consumer("emr", listen=())
        for _ in range(200):
            # Whether the pasted line has subscribed yet nobody tells; a hello brings the result to who is there.
            emr.hello()
            if process_ended_within(listener, 0.1):
                break
        output = listener.communicate(timeout=BOUND)[0].decode()
    finally:
        listener.kill()
        listener.wait()
    topic, _, payload = output.partition(" ")
    assert topic.startswith(f"madoguchi/1/{INSTITUTION}/")
    assert json.loads(payload)["institution_code"] == INSTITUTION


def test_lines_to_say_something_are_heard(station: Station) -> None:
    """The ack and the hello of the prose, as pasted, with a real delivery id."""
    deaf = station.consumer("emr", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    first = json.loads(deaf.next()[1])
    (hello,) = [line for line in LINES if "/hello" in line]
    (ack,) = [line for line in LINES if "/ack" in line]
    assert pasted(station, hello).wait(BOUND) == 0
    assert json.loads(deaf.next()[1])["attempt"] == first["attempt"] + 1
    assert pasted(station, re.sub(r"[0-9a-f]{32}", first["delivery_id"], ack)).wait(BOUND) == 0
    station.until_acknowledged(check_id, "emr")


def test_the_line_to_hand_in_a_list_is_taken(station: Station) -> None:
    """The bulk-request of the prose, as pasted, with the list among the examples."""
    consumers.put(station.ledger, "emr", ConsumerKind.MQTT, FolderTerms(), utc_now(), ListTerms(Lists.NIGHT))
    station.kill_broker()
    station.start_broker()
    station.start_lane()
    # The lane's word comes once it hears.
    emr = station.consumer("emr", listen=(station.topics.box_state, f"{station.topics.bulk_answer('emr')}/#"))
    emr.next()
    (line,) = [line for line in LINES if "-f contract/examples/bulk-request" in line]
    assert pasted(station, line).wait(BOUND) == 0
    topic, payload = emr.next()
    assert (topic.rpartition("/")[2], json.loads(payload)["accepted"]) == ("desk", True)


def test_the_line_to_ask_is_taken(station: Station) -> None:
    """The request of the prose, as pasted, with the check among the examples."""
    consumer_terms.allow(station.ledger, "emr", [Term.CHECK])
    station.start_lane()
    emr = station.consumer("emr", listen=(station.topics.box_state, f"{station.topics.answer('emr')}/#"))
    emr.next()
    (line,) = [line for line in LINES if "-f contract/examples/request" in line]
    assert pasted(station, line).wait(BOUND) == 0
    topic, payload = emr.next()
    assert (topic.rpartition("/")[2], json.loads(payload)["state"]) == ("desk", "received")


def test_every_example_of_a_request_is_one_the_box_reads() -> None:
    today = utc_now().date()
    for path in (CONTRACT / "examples").glob("request.*.json"):
        read = Reader(today, {}).read(json.loads(path.read_text("utf-8")))
        assert read.operation.value == path.name.split(".")[1]


def test_the_example_keeps_within_an_evening() -> None:
    """The consumer the prose points to must stay short enough to be read."""
    example = Path(CONTRACT / "../appliance/demo/emr.py").read_text("utf-8")
    assert len(example.splitlines()) < 160
