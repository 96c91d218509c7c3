"""A box with a real mosquitto for benchmark (c), its MQTT lane and its subscriber each in a process of its own.

The processes say the moments of `time.perf_counter`, which is the machine's one monotonic clock in all of them.
"""

import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
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
from appliance.sync.topics import Topics
from benchmarks.apart import child, until_closed

INSTITUTION_CODE = "1319999999"
CONSUMER = "emr"
PASSWORD = "for this measurement only"  # noqa: S105 - lives as long as the benchmark's folder
BARE = b"bare "
"""How a message begins that nobody shall acknowledge."""

BOUND = 20.0


@dataclass(frozen=True)
class Account:
    """Who logs in where."""

    host: str
    port: int
    ca: Path
    name: str
    password: str


@dataclass(frozen=True)
class Arrival:
    """When the subscriber's callback began, in seconds, and how many bytes it was given."""

    moment: float
    size: int


@dataclass(frozen=True)
class Station:
    """A running box: lane and subscriber are connected. `arrivals` gives moment and size of each message."""

    box: Box
    settings: Settings
    ledger: Ledger
    arrivals: Connection

    @property
    def account(self) -> Account:
        """The box's own account at the broker."""
        address = broker.endpoint(self.box, self.settings)
        return Account(address.host, address.port, address.ca, BOX_ACCOUNT, box_secret(self.box))

    def arrival(self) -> Arrival:
        """The next message. Raises `TimeoutError` when none comes."""
        if not self.arrivals.poll(BOUND):
            raise TimeoutError("no message came")
        return Arrival(*self.arrivals.recv())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for the ledger to say so. Raises `TimeoutError`."""
        end = time.monotonic() + BOUND
        with self.ledger.listen() as bell:
            while not holds():
                if time.monotonic() > end:
                    raise TimeoutError
                bell.wait()


@contextmanager
def station(root: Path) -> Iterator[Station]:
    """Everything started and connected, in the empty folder `root`."""
    box, settings = Box(root), Settings(INSTITUTION_CODE, broker_port=0)
    box.create()
    box.save(settings)
    ledger = Ledger.of(box)
    consumers.add(ledger, CONSUMER, ConsumerKind.MQTT, utc_now())
    broker.set_password(box, CONSUMER, PASSWORD)
    configuration = broker.prepare(box, settings, ledger, utc_now())
    with (
        mosquitto(configuration, broker.endpoint(box, settings)),
        child(_subscribe, broker.endpoint(box, settings)) as arrivals,
        child(_serve, root),
    ):
        made = Station(box, settings, ledger, arrivals)
        made.until(lambda: conditions.get(ledger, Link.BROKER).state is LinkState.UP)
        yield made
    ledger.close()


def bare_payload(size: int) -> bytes:
    """A message of `size` bytes that the subscriber only notes."""
    return BARE.ljust(size, b".")


def connect(account: Account, on_message: Callable[[Client, Any, MQTTMessage], None] | None = None) -> Client:
    """A connected client whose loop runs, told to send without Nagle's delay, as the box's own is."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.tls_set_context(ssl.create_default_context(cafile=str(account.ca)))
    client.username_pw_set(account.name, account.password)
    client.on_socket_open = _without_delay
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.on_message = on_message
    client.connect(account.host, account.port)
    client.loop_start()
    if not connected.wait(BOUND):
        raise TimeoutError("no connection to the broker")
    return client


def _without_delay(_client: Client, _data: Any, connection: Any) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@contextmanager
def mosquitto(configuration: Path, address: broker.Endpoint) -> Iterator[None]:
    """mosquitto with this configuration, entered once it listens."""
    command = ["/usr/sbin/mosquitto", "-c", str(configuration)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(int(BOUND / 0.02)):
            try:
                socket.create_connection((address.host, address.port), 1.0).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait()


def _serve(said: Connection, root: Path) -> None:
    """The sync process as far as this benchmark needs it: the box's own MQTT lane."""
    box = Box(root)
    ledger = Ledger.of(box)
    lane = MqttLane(box, box.load(), ledger, utc_now)
    lane.start()
    until_closed(said)
    lane.stop()
    ledger.close()


def _subscribe(said: Connection, address: broker.Endpoint) -> None:
    """A vendor's 電子カルテ: notes when a message came, then acknowledges it."""
    topics = Topics(INSTITUTION_CODE)

    def on_message(client: Client, _data: Any, message: MQTTMessage) -> None:
        said.send((time.perf_counter(), len(message.payload)))
        if not message.payload.startswith(BARE):
            delivery_id = json.loads(message.payload)["delivery_id"]
            client.publish(topics.ack(CONSUMER), json.dumps({"delivery_id": delivery_id}), qos=1)

    client = connect(Account(address.host, address.port, address.ca, CONSUMER, PASSWORD), on_message)
    subscribed = threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    client.subscribe([(topics.eligibility(CONSUMER), SubscribeOptions(qos=1))])
    subscribed.wait(BOUND)
    until_closed(said)
    client.disconnect()
    client.loop_stop()
