"""Results over a real mosquitto: nothing is lost, whoever dies."""

import json
import logging
from pathlib import Path

import pytest

from appliance.ledger import checks, conditions, deliveries, follow_ups
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import to_text, utc_now
from appliance.sync.mqtt_offers import BATCH
from tests.ledger.desk import EVIDENCE, found
from tests.sync.station import INSTITUTION, Station, answer_check, answer_open_check, result_xml


def broker_is(station: Station, state: LinkState) -> bool:
    return conditions.get(station.ledger, Link.BROKER).state is state


def test_a_result_is_offered_and_acknowledged(station: Station) -> None:
    """MQ-002, MQ-042."""
    emr = station.consumer("emr")
    station.start_lane()
    check_id = answer_check(station.ledger)
    station.until_acknowledged(check_id, "emr")
    topic, payload = emr.next()
    message = json.loads(payload)
    assert topic == f"madoguchi/1/{INSTITUTION}/consumer/emr/eligibility"
    assert message["check_id"] == check_id
    assert message["delivery_id"] == station.delivery(check_id, "emr").id
    assert message["attempt"] == 1
    assert message["results"][0]["insured_identification_number"] == "0003456"
    assert message["body"]["qualification_validity_label"] == "有効"
    assert station.delivery(check_id, "other").state is DeliveryState.PENDING


def test_results_answered_before_the_lane_started_are_offered(station: Station) -> None:
    """MQ-035."""
    check_ids = [answer_check(station.ledger) for _ in range(BATCH * 2 + 1)]
    emr = station.consumer("emr")
    station.start_lane()
    for check_id in check_ids:
        station.until_acknowledged(check_id, "emr")
    assert [json.loads(emr.next()[1])["check_id"] for _ in check_ids] == check_ids


def test_broker_killed_and_restarted(station: Station) -> None:
    """MQ-013, MQ-032."""
    station.start_lane()
    station.until(lambda: broker_is(station, LinkState.UP))
    station.kill_broker()
    station.until(lambda: broker_is(station, LinkState.DOWN))
    assert conditions.get(station.ledger, Link.BROKER).trouble_code == "BROKER-001"
    check_id = answer_check(station.ledger)
    station.start_broker()
    station.consumer("emr").hello()
    station.until_acknowledged(check_id, "emr")
    assert broker_is(station, LinkState.UP)


def test_a_result_that_was_in_the_brokers_hands_when_it_died_is_offered_again(station: Station) -> None:
    """MQ-031, MQ-032."""
    deaf = station.consumer("emr", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    first = json.loads(deaf.next()[1])
    station.kill_broker()
    station.start_broker()
    emr = station.consumer("emr")
    emr.hello()
    station.until_acknowledged(check_id, "emr")
    again = json.loads(emr.next()[1])
    assert again["delivery_id"] == first["delivery_id"]
    assert again["attempt"] > first["attempt"]


def test_the_lane_starts_without_a_broker_and_finds_it_later(station: Station) -> None:
    station.kill_broker()
    station.start_lane()
    station.until(lambda: broker_is(station, LinkState.DOWN))
    check_id = answer_check(station.ledger)
    station.start_broker()
    station.consumer("emr").hello()
    station.until_acknowledged(check_id, "emr")


def test_a_consumer_that_was_away_says_hello_and_gets_it(station: Station) -> None:
    """MQ-051."""
    witness = station.consumer("other", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    # Consumers are offered by name over one connection: what was meant for emr went into the void before this came.
    witness.next()
    station.until(lambda: station.delivery(check_id, "emr").tries == 1)
    emr = station.consumer("emr")
    emr.hello()
    station.until_acknowledged(check_id, "emr")
    assert json.loads(emr.next()[1])["attempt"] == 2
    assert station.delivery(check_id, "other").tries == 1, "the hello of one must not repeat for the other"


def test_a_result_not_acknowledged_is_offered_again_by_itself(box_dir: Path) -> None:
    """MQ-031, MQ-032."""
    station = Station(box_dir, offer_first=0.1, offer_longest=0.2)
    try:
        station.add_consumer("emr")
        station.start_broker()
        emr = station.consumer("emr", acknowledges=False)
        station.start_lane()
        check_id = answer_check(station.ledger)
        attempts = [json.loads(emr.next()[1])["attempt"] for _ in range(3)]
        assert attempts == [1, 2, 3]
        emr.acknowledges = True
        station.until_acknowledged(check_id, "emr")
    finally:
        station.close()


def test_the_box_restarts_between_offer_and_acknowledgement(station: Station) -> None:
    """MQ-032."""
    emr = station.consumer("emr", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    emr.next()
    station.stop_lane()
    emr.acknowledges = True
    station.start_lane()
    station.until_acknowledged(check_id, "emr")


def test_an_acknowledgement_said_twice_counts_once(station: Station) -> None:
    """MQ-042."""
    emr = station.consumer("emr")
    station.start_lane()
    check_id = answer_check(station.ledger)
    station.until_acknowledged(check_id, "emr")
    before = station.delivery(check_id, "emr")
    emr.publish(station.topics.ack("emr"), json.dumps({"delivery_id": before.id}))
    later = answer_check(station.ledger)
    station.until_acknowledged(later, "emr")
    assert station.delivery(check_id, "emr") == before


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"delivery_id": 7}',
        b'{"delivery_id": ""}',
        b'{"delivery_id": "\\ud800"}',
    ],
)
def test_a_malformed_acknowledgement_is_logged_and_ignored(
    station: Station, payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """MQ-043."""
    emr = station.consumer("emr", acknowledges=False)
    station.start_lane()
    check_id = answer_check(station.ledger)
    delivery_id = json.loads(emr.next()[1])["delivery_id"]
    with caplog.at_level(logging.WARNING):
        emr.publish(station.topics.ack("emr"), payload)
        emr.publish(station.topics.ack("emr"), json.dumps({"delivery_id": delivery_id}))
        station.until_acknowledged(check_id, "emr")
    assert "DELIVERY-001" in caplog.text


def test_what_a_consumer_said_retained_is_not_heard_again(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    emr = station.consumer("emr")
    emr.client.publish(station.topics.ack("emr"), "no JSON", qos=1, retain=True)
    station.start_lane()
    with caplog.at_level(logging.WARNING):
        check_id = answer_check(station.ledger)
        station.until_acknowledged(check_id, "emr")
        station.stop_lane()
    assert "DELIVERY-001" not in caplog.text


def test_one_who_never_acknowledges_holds_up_nobody(station: Station) -> None:
    """MQ-036: With a long backlog for a consumer that takes nothing, the other still gets each result."""
    owed = [answer_check(station.ledger) for _ in range(60)]
    station.consumer("other", acknowledges=False)
    station.consumer("emr")
    station.start_lane()
    newest = answer_check(station.ledger)
    for check_id in [*owed, newest]:
        station.until_acknowledged(check_id, "emr")
    pending = deliveries.due(station.ledger, ConsumerKind.MQTT, utc_now(), 1000, "emr")
    assert pending == ()
    assert station.delivery(newest, "other").state is DeliveryState.PENDING


def test_an_answer_that_cannot_be_read_is_marked_and_the_next_goes_out(station: Station) -> None:
    station.consumer("emr")
    station.start_lane()
    bad = answer_check(station.ledger, xml=b"<XmlMsg/>")
    good = answer_check(station.ledger)
    station.until_acknowledged(good, "emr")
    assert station.delivery(bad, "emr").trouble_code == "CENTER-002"


def test_a_refused_question_is_delivered_too(station: Station) -> None:
    """MQ-037."""
    emr = station.consumer("emr")
    station.start_lane()
    check_id = checks.open_check(
        station.ledger, NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION), utc_now()
    )
    answer_open_check(station.ledger, refusal="CENTER-004")
    station.until_acknowledged(check_id, "emr")
    message = json.loads(emr.next()[1])
    assert (message["state"], message["trouble_code"], message["reader"]) == ("refused", "CENTER-004", None)


def test_nothing_of_a_patient_reaches_topic_log_or_broker_disk(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    """MQ-007."""
    emr = station.consumer("emr")
    with caplog.at_level(logging.DEBUG):
        station.start_lane()
        check_id = answer_check(station.ledger, xml=result_xml("秘密　太郎"))
        station.until_acknowledged(check_id, "emr")
        topic, payload = emr.next()
        station.stop_lane()
    assert "秘密".encode() in payload
    station.kill_broker()
    written = [path.read_bytes() for path in station.box.broker_dir.rglob("*") if path.is_file()]
    written += [path.read_bytes() for path in station.box.log_dir.rglob("*") if path.is_file()]
    written += [caplog.text.encode(), topic.encode()]
    for secret in ("秘密　太郎", "0003456", "19790305", "架空１２"):
        assert not any(secret.encode() in text for text in written)


def test_a_result_says_which_one_it_replaces_and_what_is_other(station: Station) -> None:
    """MQ-152, MQ-153."""
    emr = station.consumer("emr")
    station.start_lane()
    card = NewCheck(origin=Origin.CARD, institution_code=INSTITUTION, reader="1", evidence=EVIDENCE)
    first = answer_check(station.ledger, card)
    message = json.loads(emr.next()[1])
    assert (message["replaces"], message["differences"]) == (None, [])
    follow_ups.open_after(station.ledger, card, first, utc_now())
    answer_open_check(station.ledger, result_xml(ratio="020"))
    message = json.loads(emr.next()[1])
    assert message["replaces"] == {
        "check_id": first,
        "answered_at": to_text(found(station.ledger, first).answered_at or utc_now()),
        "same_visit": True,
    }
    assert message["differences"] == [{"label": "負担割合", "before": "3割", "after": "2割"}]
    answer_check(station.ledger, card, result_xml(ratio="010"))
    visit = json.loads(emr.next()[1])
    assert (visit["replaces"]["check_id"], visit["replaces"]["same_visit"]) == (message["check_id"], False)
    assert visit["differences"] == [{"label": "負担割合", "before": "2割", "after": "1割"}]
