"""The form of a consumer's results, and the payload in it."""

import json
from datetime import timedelta

import pytest

from appliance.eligibility.message import Qualification, ResultBody, ResultMessage
from appliance.eligibility.message_xml import write
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, consumer_forms, consumers, deliveries, fhir_payloads, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now

NOW = utc_now()


@pytest.fixture
def emr(ledger: Ledger) -> Ledger:
    consumers.add(ledger, "chart", ConsumerKind.MQTT, NOW)
    return ledger


def test_the_boxs_own_form_unless_somebody_says_otherwise(emr: Ledger) -> None:
    assert consumer_forms.form_of(emr, "chart") is Form.JSON
    assert consumer_forms.form_of(emr, "nobody") is Form.JSON
    assert consumer_forms.set_form(emr, "chart", Form.FHIR, "keeper", NOW)
    assert not consumer_forms.set_form(emr, "chart", Form.FHIR, "keeper", NOW)
    assert not consumer_forms.set_form(emr, "nobody", Form.FHIR, "keeper", NOW)
    assert consumer_forms.all_forms(emr)["chart"] is Form.FHIR
    (row,) = audit.latest(emr, 1)
    assert (row.actor, row.action, row.subject, row.detail) == ("keeper", "consumer-form", "chart", "fhir")
    assert consumer_forms.set_form(emr, "chart", Form.JSON, "keeper", NOW)
    assert consumer_forms.form_of(emr, "chart") is Form.JSON


def test_a_form_of_a_later_version_is_the_boxs_own(emr: Ledger) -> None:
    with emr.write() as db:
        db.execute("UPDATE consumers SET form = 'later' WHERE name = 'chart'")
    assert consumer_forms.form_of(emr, "chart") is Form.JSON
    assert consumer_forms.all_forms(emr)["chart"] is Form.JSON


def answered(ledger: Ledger, xml: bytes) -> str:
    new = NewCheck(origin=Origin.CARD, institution_code="1399999996", reader="1")
    check_id = checks.open_check(ledger, new, NOW)
    assert checks.claim(ledger, "test", NOW, timedelta(minutes=1)) is not None
    assert results.record(
        ledger, check_id, "test", xml=xml, qualification_validity="1", refusal=None, now=NOW
    )
    return check_id


def test_a_bundle_takes_the_place_of_what_the_message_says(emr: Ledger) -> None:
    one = Qualification(name="見本　花子", insurer_number="06139998")
    body = ResultBody(qualification_validity="1", result_list=(one,))
    check = checks.find(emr, answered(emr, write(ResultMessage(message_body=body))))
    assert check is not None
    (delivery,) = (one for one in deliveries.of_check(emr, check.id) if one.consumer == "chart")
    ordinary = {
        "schema": "x",
        "delivery_id": delivery.id,
        "attempt": 3,
        "later": {"a": 1},
        "header": {},
        "results": [],
    }
    payload = json.loads(fhir_payloads.as_fhir(json.dumps(ordinary).encode(), delivery, check))
    made = payload.pop("bundle")
    assert payload == {
        "schema": fhir_payloads.SCHEMA,
        "delivery_id": delivery.id,
        "attempt": 3,
        "later": {"a": 1},
    }
    assert made == fhir_payloads.bundle_of(delivery, check)
    assert made["identifier"]["value"] == delivery.id
    assert delivery.id not in json.dumps(made["entry"])
    assert check.id in json.dumps(made["entry"])


def test_an_answer_that_cannot_be_read_is_a_trouble(emr: Ledger) -> None:
    check = checks.find(emr, answered(emr, b"<XmlMsg/>"))
    assert check is not None
    (delivery,) = (one for one in deliveries.of_check(emr, check.id) if one.consumer == "chart")
    with pytest.raises(Trouble, match="CENTER-002"):
        fhir_payloads.bundle_of(delivery, check)
