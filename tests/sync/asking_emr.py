"""An 電子カルテ that asks the box for things over MQTT, as a vendor would write it: 5 with response topics, or 3.1.1."""

import json
import queue
import ssl
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from appliance.sync import broker
from tests.sync.station import BOUND, Station

_ACKNOWLEDGED = ("eligibility", "outcome")


class AskingEmr:
    """Connected and subscribed. Messages wait by the last words of their topics; results are acknowledged."""

    def __init__(
        self, station: Station, name: str = "emr", *, version: int = MQTTProtocolVersion.MQTTv5
    ) -> None:
        self.topics = station.topics
        self.name = name
        self._is_5 = version == MQTTProtocolVersion.MQTTv5
        self._prefix = f"{station.topics.prefix}consumer/{name}/"
        self._heard: dict[str, queue.Queue[tuple[dict[str, Any], MQTTMessage]]] = {}
        self._ready: queue.Queue[None] = queue.Queue()
        self.client = Client(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion(version), reconnect_on_failure=False
        )
        address = broker.endpoint(station.box, station.settings)
        self.client.tls_set_context(ssl.create_default_context(cafile=str(address.ca)))
        self.client.username_pw_set(name, station.passwords[name])
        self.client.on_message = self._take
        self.client.on_connect = lambda *_: self._ready.put(None)
        self.client.on_subscribe = lambda *_: self._ready.put(None)
        self.client.connect(address.host, address.port)
        self.client.loop_start()
        self._ready.get(timeout=BOUND)
        self.client.subscribe([(self._prefix + word, 1) for word in ("eligibility", "answer/#", "outcome")])
        self._ready.get(timeout=BOUND)

    def _take(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        word = message.topic.removeprefix(self._prefix)
        values = json.loads(message.payload)
        if word in _ACKNOWLEDGED:
            done = json.dumps({"delivery_id": values["delivery_id"]})
            client.publish(self.topics.ack(self.name), done, qos=1)
        self._queue(word).put((values, message))

    def _queue(self, word: str) -> "queue.Queue[tuple[dict[str, Any], MQTTMessage]]":
        return self._heard.setdefault(word, queue.Queue())

    def send(self, payload: bytes, **properties: Any) -> None:
        """Publish a payload as it is."""
        said = None
        if self._is_5:
            said = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            for name, value in properties.items():
                setattr(said, name, value)
        self.client.publish(self.topics.request(self.name), payload, qos=1, properties=said)

    def next(self, word: str = "answer") -> dict[str, Any]:
        """The next message on the topic that ends so."""
        return self.next_message(word)[0]

    def next_message(self, word: str = "answer") -> tuple[dict[str, Any], MQTTMessage]:
        """`next` with all that MQTT says of it."""
        return self._queue(word).get(timeout=BOUND)

    def correlation(self, word: str = "answer") -> bytes | None:
        """The correlation data of the next message."""
        return getattr(self.next_message(word)[1].properties, "CorrelationData", None)

    def result_of(self, check_id: str) -> dict[str, Any]:
        """The next result that is of this check; every consumer hears of all others too."""
        while (found := self.next("eligibility"))["check_id"] != check_id:
            pass
        return found

    def ask(self, operation: str, request_id: str = "r-1", **members: Any) -> dict[str, Any]:
        """The answer to a request."""
        values = {"operation": operation, "request_id": request_id, **members}
        self.send(json.dumps(values, ensure_ascii=False).encode())
        return self.next()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
