"""A box with a real mosquitto and a crowd of consumers at it: one process is the MQTT lane, another has all the consumers.

Each consumer has a connection of its own, though all are in one Python process: what that costs is in the floor too.
"""

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.ledger import conditions, consumers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync import broker
from appliance.sync.broker_accounts import BOX_ACCOUNT, box_secret
from appliance.sync.mqtt_lane import MqttLane
from appliance.sync.topics import ANY, Topics
from benchmarks.apart import child, until_closed
from benchmarks.broker_world import (
    BARE,
    BOUND,
    INSTITUTION_CODE,
    PASSWORD,
    Account,
    bare_payload,
    connect,
    mosquitto,
)

TOPICS = Topics(INSTITUTION_CODE)


@dataclass(frozen=True)
class Crowd:
    """Everything connected. `bystander` has the box's own account and hears bare answers only."""

    ledger: Ledger
    names: tuple[str, ...]
    bystander: "Bystander"


class Bystander:
    """The floor: bare messages out, bare answers back."""

    def __init__(self, account: Account) -> None:
        self._answers = threading.Semaphore(0)
        self._client = connect(account, self._on_message)
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.subscribe([(TOPICS.ack(ANY), SubscribeOptions(qos=1))])
        subscribed.wait(BOUND)

    def round(self, names: tuple[str, ...], size: int) -> float:
        """Seconds from the first bare publish until each of `names` has answered."""
        payload = bare_payload(size)
        begun = time.perf_counter()
        for name in names:
            self._client.publish(TOPICS.eligibility(name), payload, qos=1)
        for _ in names:
            if not self._answers.acquire(timeout=BOUND):
                raise TimeoutError("a bare answer is missing")
        return time.perf_counter() - begun

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.payload == BARE:
            self._answers.release()


@contextmanager
def crowd(root: Path, count: int) -> Iterator[Crowd]:
    """A box with `count` consumers in the empty folder `root`, all connected."""
    box, settings = Box(root), Settings(INSTITUTION_CODE, broker_port=0)
    box.create()
    box.save(settings)
    ledger = Ledger.of(box)
    names = tuple(f"emr-{number}" for number in range(count))
    for name in names:
        consumers.add(ledger, name, ConsumerKind.MQTT, utc_now())
        broker.set_password(box, name, PASSWORD)
    configuration = broker.prepare(box, settings, ledger, utc_now())
    address = broker.endpoint(box, settings)
    with (
        mosquitto(configuration, address),
        child(_consume, address, names),
        child(_serve, root),
    ):
        _until_up(ledger)
        account = Account(address.host, address.port, address.ca, BOX_ACCOUNT, box_secret(box))
        bystander = Bystander(account)
        yield Crowd(ledger, names, bystander)
        bystander.close()
    ledger.close()


def _until_up(ledger: Ledger) -> None:
    end = time.monotonic() + BOUND
    with ledger.listen() as bell:
        while conditions.get(ledger, Link.BROKER).state is not LinkState.UP:
            if time.monotonic() > end:
                raise TimeoutError
            bell.wait()


def _serve(said: Connection, root: Path) -> None:
    # Every bare answer is to the box an acknowledgement that cannot be read; it need not say so each time.
    logging.disable(logging.WARNING)
    box = Box(root)
    ledger = Ledger.of(box)
    lane = MqttLane(box, box.load(), ledger, utc_now)
    lane.start()
    until_closed(said)
    lane.stop()
    ledger.close()


def _consume(said: Connection, address: broker.Endpoint, names: tuple[str, ...]) -> None:
    clients = [_consumer(address, name) for name in names]
    until_closed(said)
    for client in clients:
        client.disconnect()
        client.loop_stop()


def _consumer(address: broker.Endpoint, name: str) -> Client:
    def on_message(client: Client, _data: Any, message: MQTTMessage) -> None:
        answer: bytes | str = BARE
        if not message.payload.startswith(BARE):
            answer = json.dumps({"delivery_id": json.loads(message.payload)["delivery_id"]})
        client.publish(TOPICS.ack(name), answer, qos=1)

    client = connect(Account(address.host, address.port, address.ca, name, PASSWORD), on_message)
    subscribed = threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    client.subscribe([(TOPICS.eligibility(name), SubscribeOptions(qos=1))])
    subscribed.wait(BOUND)
    return client
