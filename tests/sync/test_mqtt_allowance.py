"""One consumer cannot drown the box: what is beyond its allowance is not heard, and the others are."""

import json
import logging
import threading

import pytest

from appliance.ledger.deliveries import DeliveryState
from appliance.sync.mqtt_allowance import LONGEST_SMALL, OTHERWISE, RATES, Allowance
from tests.sync.station import Station, answer_check


def test_so_much_at_once_and_so_much_a_second() -> None:
    allowance = Allowance()
    rate = RATES["hello"]
    heard = [allowance.may("emr", "hello", 100.0) for _ in range(int(rate.at_once) + 5)]
    assert heard.count(True) == rate.at_once
    assert not allowance.may("emr", "hello", 100.5)
    assert allowance.may("emr", "hello", 101.0)
    assert not allowance.may("emr", "hello", 101.0)
    assert allowance.may("emr", "ack", 101.0), "another word has its own"
    assert allowance.may("other", "hello", 101.0), "so has another consumer"
    assert sum(allowance.may("emr", "hello", 9e6) for _ in range(99)) == rate.at_once, "saved up no further"


def test_a_word_without_a_rate_of_its_own_has_one_too() -> None:
    allowance = Allowance()
    assert sum(allowance.may("emr", "new-word", 0.0) for _ in range(1000)) == OTHERWISE.at_once


def test_the_log_is_told_once_a_minute() -> None:
    allowance = Allowance()
    assert [allowance.is_news("emr", at) for at in (0.0, 59.0, 60.0, 61.0)] == [True, False, True, False]


def test_who_floods_the_box_harms_nobody_else(station: Station, caplog: pytest.LogCaptureFixture) -> None:
    """MQ-222."""
    flooding = station.consumer("emr", acknowledges=False)
    other = station.consumer("other")
    station.start_lane()
    check_id = answer_check(station.ledger)
    delivery_id = json.loads(flooding.next()[1])["delivery_id"]
    with caplog.at_level(logging.WARNING):
        ack = json.dumps({"delivery_id": delivery_id, "padding": "x" * LONGEST_SMALL})
        assert not flooding.publish(station.topics.ack("emr"), ack).is_failure
        for _ in range(60):
            flooding.client.publish(station.topics.hello("emr"), b"{}", qos=1)
        assert not flooding.hello().is_failure
        # Broker and box take one consumer's words in their order: by now all of the flood has been heard or not.
        later = answer_check(station.ledger)
        station.until_acknowledged(later, "other")
        station.until_acknowledged(check_id, "other")
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "DELIVERY-010" in line] == [
        "consumer emr says more than is heard: DELIVERY-010"
    ]
    assert [line for line in said if "DELIVERY-001" in line], "an acknowledgement that long is none"
    assert station.delivery(check_id, "emr").state is DeliveryState.PENDING
    assert station.delivery(check_id, "emr").tries <= RATES["hello"].at_once + 3
    assert not other.hello().is_failure


def test_the_broker_has_limits_and_refuses_what_is_over_them(station: Station) -> None:
    """MQ-223."""
    configuration = (station.box.broker_dir / "mosquitto.conf").read_text("utf-8").splitlines()
    for line in ("max_queued_messages 1000", "max_queued_bytes 67108864", "max_inflight_messages 20"):
        assert line in configuration
    emr, other = station.consumer("emr"), station.consumer("other")
    over = threading.Event()
    emr.client.on_disconnect = lambda *_: over.set()
    emr.client.publish(station.topics.ack("emr"), bytes(33 * 1024 * 1024), qos=1)
    assert over.wait(20)
    assert not other.hello().is_failure
