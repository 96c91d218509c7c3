"""A consumer with every right of its own tries each topic of another one, and of the box."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.ledger import consumer_extras, consumers
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumers import ConsumerKind, Lists, ListTerms
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.sync import topics as all_topics
from appliance.sync.broker_accounts import BOX_ACCOUNT, box_secret
from tests.sync.station import Consumer, Station

TEMPLATES = {
    name: value
    for name, value in vars(all_topics).items()
    if name.isupper() and isinstance(value, str) and "/" in value
}
ITS_OWN = {"ACK", "HELLO", "REQUEST", "BULK_REQUEST"}
"""What a consumer may write, below its own name."""


@pytest.fixture
def station(box_dir: Path) -> Iterator[Station]:
    """A box with two consumers that may do all there is."""
    made = Station(box_dir, offer_first=600.0, offer_longest=600.0)
    try:
        for name in ("emr", "other"):
            made.add_consumer(name, ListTerms(Lists.NOW))
            consumer_extras.give(made.ledger, name, Extra.TASKS, "kanri", utc_now())
            consumer_extras.give(
                made.ledger, name, Extra.MEDICAL, "kanri", utc_now(), scope=Scope.ALL, purpose="診療"
            )
        made.start_broker()
        yield made
    finally:
        made.close()


def topic_of(station: Station, template: str, consumer: str) -> str:
    return station.topics.prefix + TEMPLATES[template].format(consumer=consumer, reader="1")


def test_it_writes_nowhere_but_to_its_own_topics(station: Station) -> None:
    other = station.consumer("other")
    assert len(TEMPLATES) > 12
    taken = {
        (template, whose)
        for template in TEMPLATES
        for whose in ("emr", "other")
        if not other.publish(topic_of(station, template, whose)).is_failure
    }
    assert taken == {(template, "other") for template in ITS_OWN}
    for topic in (
        "$SYS/broker/uptime",
        "$CONTROL/dynamic-security/v1",
        "elsewhere",
        f"{station.topics.prefix}x",
    ):
        assert other.publish(topic).is_failure, topic


def test_it_hears_nothing_that_is_anothers(station: Station) -> None:
    listening = ("#", f"{station.topics.prefix}consumer/emr/#", "+/+/+/+/+/#", "$SYS/#", "$share/x/#")
    other = station.consumer("other", listen=listening, acknowledges=False)
    station.passwords[BOX_ACCOUNT] = box_secret(station.box)
    box = Consumer(station, BOX_ACCOUNT, listen=())
    station.clients.append(box)
    for template in TEMPLATES:
        assert not box.publish(topic_of(station, template, "emr"), b"emr's").is_failure
    box.publish(topic_of(station, "ELIGIBILITY", "other"), b'{"delivery_id": "last"}')
    heard = {}
    while True:
        topic, payload = other.next()
        if payload != b"emr's":
            break
        heard[topic] = payload
    assert set(heard) == {station.topics.box_state, station.topics.reader_state("1")}


@pytest.mark.parametrize(
    "name",
    ["", "+", "#", "emr/other", "emr\nuser other", "../emr", "EMR", BOX_ACCOUNT, "emr topic", "ｅｍｒ"],
)
def test_a_name_that_would_be_more_than_one_is_refused(box_dir: Path, name: str) -> None:
    box = Box(box_dir)
    box.create()
    with (
        closing(Ledger.of(box)) as ledger,
        pytest.raises(ValueError, match="made of"),
    ):
        consumers.add(ledger, name, ConsumerKind.MQTT, utc_now())
