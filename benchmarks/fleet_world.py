"""Many boxes at one cluster of three nodes, and one consumer of all of them, each in a process of its own."""

import json
import logging
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.ledger import conditions, consumers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync.mqtt_lane import MqttLane
from appliance.sync.mqtt_place import Upstream
from appliance.sync.topics import ANY, Topics
from benchmarks.apart import child, until_closed
from benchmarks.committing import answer, opened, until_acknowledged
from tests.cluster.house import CONSUMER, password_of
from tests.cluster.world import Cluster

LONGEST = 120.0


@dataclass(frozen=True)
class Fleet:
    """The boxes, to each of which a number may be sent: so many results are then committed and waited for."""

    boxes: tuple[Connection, ...]

    def deliver(self, count: int, xml: bytes) -> list[float]:
        """Let every box open and answer `count` checks at once; how many seconds each took until all were acknowledged."""
        for box in self.boxes:
            box.send((count, xml))
        return [float(box.recv()) for box in self.boxes]


@contextmanager
def fleet(cluster: Cluster, codes: tuple[str, ...]) -> Iterator[Fleet]:
    """Boxes under these institution codes, spread over the nodes, and their consumer."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp")))
        stack.enter_context(child(_consume, cluster.ca, cluster.nodes[-1].port))
        boxes = [
            stack.enter_context(
                child(_box, folder / code, code, cluster.ca, _from(cluster.addresses, number))
            )
            for number, code in enumerate(codes)
        ]
        yield Fleet(tuple(boxes))


def _from(addresses: tuple[str, ...], number: int) -> tuple[str, ...]:
    first = number % len(addresses)
    return (*addresses[first:], *addresses[:first])


def _box(said: Connection, root: Path, code: str, ca: Path, addresses: tuple[str, ...]) -> None:
    box = Box(root)
    box.create()
    settings = Settings(
        code,
        broker_port=0,
        upstream_brokers=addresses,
        upstream_consumers=(CONSUMER,),
        upstream_account=f"box-{code}",
        upstream_ca=str(ca),
    )
    box.upstream_secret.touch(mode=0o600)
    box.upstream_secret.write_text(password_of(settings.upstream_account), "ascii")
    ledger = Ledger.of(box)
    consumers.add(ledger, CONSUMER, ConsumerKind.MQTT, utc_now())
    with child(_serve, root, settings):
        _until_up(ledger)
        said.send("ready")
        while (order := _next(said)) is not None:
            said.send(_deliver(ledger, code, *order))
    ledger.close()


def _next(said: Connection) -> Any:
    try:
        return said.recv()
    except EOFError:
        return None


def _deliver(ledger: Ledger, code: str, count: int, xml: bytes) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        answer(ledger, opened(ledger, code), xml)
    return until_acknowledged(ledger) - begun


def _until_up(ledger: Ledger) -> None:
    end = time.monotonic() + LONGEST
    with ledger.listen() as bell:
        while conditions.get(ledger, Link.UPSTREAM).state is not LinkState.UP:
            if time.monotonic() > end:
                raise TimeoutError
            bell.wait()


def _serve(said: Connection, root: Path, settings: Settings) -> None:
    logging.disable(logging.WARNING)
    box = Box(root)
    ledger = Ledger.of(box)
    lane = MqttLane(box, settings, ledger, utc_now, Upstream(box, settings))
    lane.start()
    until_closed(said)
    lane.stop()
    ledger.close()


def _consume(said: Connection, ca: Path, port: int) -> None:
    client = Client(CallbackAPIVersion.VERSION2, f"{CONSUMER}-bench", protocol=MQTTProtocolVersion.MQTTv311)
    client.tls_set_context(ssl.create_default_context(cafile=str(ca)))
    client.username_pw_set(CONSUMER, password_of(CONSUMER))
    subscribed = threading.Event()
    client.on_connect = _listen
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = _acknowledge
    client.connect("127.0.0.1", port)
    client.loop_start()
    if not subscribed.wait(LONGEST):
        raise TimeoutError("the consumer has no subscription")
    until_closed(said)
    client.disconnect()
    client.loop_stop()


def _listen(client: Client, *_: Any) -> None:
    client.subscribe([(Topics(ANY).eligibility(CONSUMER), 1)])


def _acknowledge(client: Client, _data: Any, message: MQTTMessage) -> None:
    delivery_id = json.loads(message.payload)["delivery_id"]
    topic = f"{message.topic.rpartition('/')[0]}/ack"
    client.publish(topic, json.dumps({"delivery_id": delivery_id}), qos=1)
