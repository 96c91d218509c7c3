"""A box with a real mosquitto, and consumers at it. Whoever makes one closes it."""

import json
import queue
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.eligibility.message import Qualification, ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.message_xml import write
from appliance.ledger import checks, consumers, deliveries, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind, FolderTerms, ListTerms
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.times import Clock, utc_now
from appliance.settings import Box, Settings
from appliance.sync import broker
from appliance.sync.mqtt_lane import MqttLane
from appliance.sync.topics import Topics

BOUND = 20.0
"""Seconds after which a test stops waiting. Nothing here takes a tenth of it."""

INSTITUTION = "1399999996"

DELIVERED = ("/eligibility", "/bulk-result", "/task", "/medical")
"""Topics on which a consumer has to acknowledge."""

NO_LISTS = ListTerms()


def result_xml(name: str = "見本　花子", validity: str = "1", ratio: str = "030") -> bytes:
    """An answer of the center for one fictitious person."""
    return write(
        ResultMessage(
            message_header=ResultHeader(
                process_execution_time="20261122090112",
                qualification_confirmation_date="20261122",
                medical_institution_code=INSTITUTION,
                reference_classification="1",
                segment_of_result="1",
                character_code_identifier="0",
            ),
            message_body=ResultBody(
                processing_result_status="1",
                qualification_validity=validity,
                result_list=(
                    Qualification(
                        insured_card_classification="01",
                        insurer_number="06139998",
                        insured_card_symbol="架空１２",
                        insured_identification_number="0003456",
                        insured_branch_number="02",
                        insured_partial_contribution_ratio=ratio,
                        name=name,
                        name_kana="ﾐﾎﾝ ﾊﾅｺ",
                        sex1="2",
                        birthdate="19790305",
                        pharmacists_info_cons_flg="1",
                        pharmacists_info_cons_time="20261122090105",
                        pharmacists_info_available_time="20261123090105",
                    ),
                ),
            ),
        )
    )


def answer_check(ledger: Ledger, new: NewCheck | None = None, xml: bytes | None = None) -> str:
    """Open a check, as it stands after a card, and write down the center's answer; its id."""
    now = utc_now()
    check_id = checks.open_check(
        ledger, new or NewCheck(origin=Origin.CARD, institution_code=INSTITUTION, reader="1"), now
    )
    answer_open_check(ledger, xml)
    return check_id


def answer_open_check(ledger: Ledger, xml: bytes | None = None, refusal: str | None = None) -> None:
    """Answer the oldest open check."""
    now = utc_now()
    taken = checks.claim(ledger, "test", now, timedelta(minutes=1))
    assert taken is not None
    assert results.record(
        ledger,
        taken.id,
        "test",
        xml=xml or result_xml(),
        qualification_validity="1",
        refusal=refusal,
        now=now,
    )


class Station:
    """One box: ledger, mosquitto, and at most one MQTT lane at a time."""

    def __init__(self, root: Path, **changes: Any) -> None:
        self.box = Box(root)
        self.box.create()
        self.settings = Settings(INSTITUTION, broker_port=0, **changes)
        self.box.save(self.settings)
        self.ledger = Ledger.of(self.box)
        self.topics = Topics(INSTITUTION)
        self.passwords: dict[str, str] = {}
        self.clients: list[Consumer] = []
        self.lane: MqttLane | None = None
        self._broker: subprocess.Popen[bytes] | None = None

    def add_consumer(self, name: str, handing_in: ListTerms = NO_LISTS) -> None:
        """Before the broker starts: it reads its accounts then."""
        self.passwords[name] = f"secret of {name}"
        consumers.put(self.ledger, name, ConsumerKind.MQTT, FolderTerms(), utc_now(), handing_in)
        broker.set_password(self.box, name, self.passwords[name])

    def start_broker(self) -> None:
        """Start mosquitto and wait until it listens."""
        configuration = broker.prepare(self.box, self.settings, self.ledger, utc_now())
        with (self.box.log_dir / "broker.log").open("ab") as log:
            self._broker = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(configuration)], stderr=log)
        address = broker.endpoint(self.box, self.settings)
        _until_listening(address.host, address.port, self._broker)

    def kill_broker(self) -> None:
        """As a power cut would."""
        if self._broker is not None:
            self._broker.kill()
            self._broker.wait()
            self._broker = None

    def start_lane(self, clock: Clock = utc_now) -> None:
        self.lane = MqttLane(self.box, self.settings, self.ledger, clock)
        self.lane.start()

    def stop_lane(self) -> None:
        if self.lane is not None:
            self.lane.stop()
            self.lane = None

    def consumer(self, name: str, **options: Any) -> "Consumer":
        """A connected consumer."""
        found = Consumer(self, name, **options)
        self.clients.append(found)
        return found

    def delivery(self, check_id: str, consumer: str) -> Delivery:
        return next(d for d in deliveries.of_check(self.ledger, check_id) if d.consumer == consumer)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for the ledger to say so: woken by the bell, never asleep longer than it."""
        end = time.monotonic() + BOUND
        with self.ledger.listen() as bell:
            while not holds():
                assert time.monotonic() < end, "not within the bound"
                bell.wait()

    def until_acknowledged(self, check_id: str, consumer: str) -> None:
        self.until(lambda: self.delivery(check_id, consumer).state is DeliveryState.ACKNOWLEDGED)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.stop_lane()
        self.kill_broker()
        self.ledger.close()


def _until_listening(host: str, port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + BOUND
    while True:
        assert process.poll() is None, "mosquitto ended"
        assert time.monotonic() < end
        try:
            socket.create_connection((host, port), 1.0).close()
        except ConnectionRefusedError:
            # Nothing tells when another process listens; asking is the only way.
            process_ended_within(process, 0.02)
        else:
            return


def process_ended_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


class Consumer:
    """A consumer as a vendor would write it: `messages` holds `(topic, payload)` as they come."""

    def __init__(
        self,
        station: Station,
        name: str,
        *,
        password: str | None = None,
        listen: tuple[str, ...] | None = None,
        acknowledges: bool = True,
    ) -> None:
        self.name = name
        self.topics = station.topics
        self.messages: queue.Queue[tuple[str, bytes, bool]] = queue.Queue()
        self.answers: queue.Queue[Any] = queue.Queue()
        self.published: queue.Queue[tuple[int, Any]] = queue.Queue()
        self.acknowledges = acknowledges
        self._listen = (self.topics.eligibility(name),) if listen is None else listen
        address = broker.endpoint(station.box, station.settings)
        self.client = Client(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, reconnect_on_failure=False
        )
        self.client.tls_set_context(ssl.create_default_context(cafile=str(address.ca)))
        if name:
            self.client.username_pw_set(name, station.passwords[name] if password is None else password)
        self.client.on_connect = lambda _client, _data, _flags, reason, _properties: self.answers.put(reason)
        self.client.on_subscribe = lambda _client, _data, _mid, reasons, _properties: self.answers.put(
            reasons
        )
        self.client.on_publish = lambda _client, _data, mid, reason, _properties: self.published.put(
            (mid, reason)
        )
        self.client.on_message = lambda _client, _data, message: self._take(
            message.topic, bytes(message.payload), message.retain
        )
        self.client.connect(address.host, address.port)
        self.client.loop_start()
        self.connected = self.answers.get(timeout=BOUND)
        if not self.connected.is_failure and self._listen:
            self.subscribe(*self._listen)

    def subscribe(self, *topics: str) -> Any:
        self.client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in topics])
        return self.answers.get(timeout=BOUND)

    def publish(self, topic: str, payload: bytes | str = b"{}") -> Any:
        """Publish with QoS 1; the broker's reason code."""
        sent = self.client.publish(topic, payload, qos=1).mid
        while True:
            mid, reason = self.published.get(timeout=BOUND)
            if mid == sent:  # not that of an acknowledgement sent by `_take`
                return reason

    def hello(self) -> Any:
        return self.publish(self.topics.hello(self.name))

    def next(self) -> tuple[str, bytes]:
        """The next message, `(topic, payload)`."""
        topic, payload, _retain = self.messages.get(timeout=BOUND)
        return topic, payload

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _take(self, topic: str, payload: bytes, retain: bool) -> None:
        if self.acknowledges and topic.endswith(DELIVERED):
            delivery_id = json.loads(payload)["delivery_id"]
            self.client.publish(self.topics.ack(self.name), json.dumps({"delivery_id": delivery_id}), qos=1)
        self.messages.put((topic, payload, retain))
