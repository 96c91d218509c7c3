"""Results as FHIR over a real mosquitto: the same delivery in another form."""

import json
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from jsonschema import Draft202012Validator

from appliance.eligibility.message_xml import read_result
from appliance.ledger import checks, consumer_forms
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumer_forms import Form
from appliance.ledger.times import utc_now
from tests.contract.documents import schema
from tests.eligibility.fhir.read_back import plain, read_back
from tests.sync.station import INSTITUTION, Station, answer_check, answer_open_check, result_xml

INSIDE = {"family", "header", "body", "results"}


def wants(station: Station, form: Form, consumer: str = "emr") -> None:
    consumer_forms.set_form(station.ledger, consumer, form, "keeper", utc_now())


def assert_fits(name: str, message: Any) -> None:
    Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(message)


def test_one_consumer_gets_fhir_and_the_other_what_it_always_got(station: Station) -> None:
    """MQ-200, MQ-201."""
    wants(station, Form.FHIR)
    emr, other = station.consumer("emr"), station.consumer("other")
    station.start_lane()
    check_id = answer_check(station.ledger)
    station.until_acknowledged(check_id, "emr")
    topic, payload = emr.next()
    message = json.loads(payload)
    assert topic == f"madoguchi/1/{INSTITUTION}/consumer/emr/eligibility"
    assert_fits("eligibility-fhir", message)
    ordinary = json.loads(other.next()[1])
    assert_fits("eligibility", ordinary)
    assert set(message) == {*ordinary, "bundle"} - INSIDE
    assert message["delivery_id"] == station.delivery(check_id, "emr").id
    Bundle.model_validate(message["bundle"])
    assert read_back(message["bundle"]) == plain(read_result(result_xml()))


def test_every_offer_has_the_same_bundle(station: Station) -> None:
    """MQ-202."""
    wants(station, Form.FHIR)
    deaf = station.consumer("emr", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    first = json.loads(deaf.next()[1])
    deaf.hello()
    again = json.loads(deaf.next()[1])
    assert again == first | {"attempt": 2}
    delivery = {"system": "urn:madoguchi:1:delivery", "value": station.delivery(check_id, "emr").id}
    assert again["bundle"]["identifier"] == delivery


def test_a_change_of_form_counts_for_what_is_pending(station: Station) -> None:
    """MQ-203."""
    deaf = station.consumer("emr", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    ordinary = json.loads(deaf.next()[1])
    wants(station, Form.FHIR)
    deaf.hello()
    changed = json.loads(deaf.next()[1])
    assert (ordinary["schema"], changed["schema"]) == (
        "urn:madoguchi:1:eligibility",
        "urn:madoguchi:1:eligibility-fhir",
    )
    assert changed["delivery_id"] == ordinary["delivery_id"]
    deaf.publish(station.topics.ack("emr"), json.dumps({"delivery_id": ordinary["delivery_id"]}))
    station.until_acknowledged(check_id, "emr")


def test_a_refusal_is_fhir_too(station: Station) -> None:
    """MQ-201."""
    wants(station, Form.FHIR)
    emr = station.consumer("emr")
    station.start_lane()
    checks.open_check(station.ledger, NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION), utc_now())
    answer_open_check(station.ledger, refusal="CENTER-004")
    message = json.loads(emr.next()[1])
    assert_fits("eligibility-fhir", message)
    outcomes = [
        entry["resource"]
        for entry in message["bundle"]["entry"]
        if entry["resource"]["resourceType"] == "OperationOutcome"
    ]
    assert [one["issue"][-1]["details"]["coding"][0]["code"] for one in outcomes] == ["CENTER-004"]
