"""An 電子カルテ that hands in lists over MQTT, as a vendor would write it."""

import json
import queue
from collections.abc import Mapping
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.sync.station import BOUND, Station

NAMES = ("patient", "time", "name", "insurer_number", "symbol", "number", "branch", "birthdate", "ratio")


def person(row: str) -> dict[str, str]:
    """A row of `tests.bulk_lists` as JSON has it."""
    cells = dict(
        zip(
            ("patient", "time", "name", "insurer_number", "symbol", "number", "branch", "birthdate", "ratio"),
            row.split(","),
            strict=True,
        )
    )
    return {name: cells[name] for name in NAMES if cells[name]}


class BulkEmr:
    """Connected and subscribed. Messages wait by the last words of their topics."""

    def __init__(self, station: Station, name: str = "emr", *, acknowledges: bool = True) -> None:
        self._topics = station.topics
        self._name = name
        words = ("bulk-answer/#", "bulk-progress", "bulk-result")
        self._prefix = f"{station.topics.prefix}consumer/{name}/"
        self.consumer = station.consumer(
            name, listen=tuple(self._prefix + word for word in words), acknowledges=acknowledges
        )
        self.heard: dict[str, queue.Queue[tuple[dict[str, Any], Any]]] = {}
        self._acknowledges = acknowledges
        self.consumer.client.on_message = self._take

    def _take(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        word = message.topic.removeprefix(self._prefix)
        values = json.loads(message.payload)
        if self._acknowledges and word == "bulk-result":
            done = json.dumps({"delivery_id": values["delivery_id"]})
            client.publish(self._topics.ack(self._name), done, qos=1)
        self._waiting(word).put((values, message.properties))

    def _waiting(self, word: str) -> "queue.Queue[tuple[dict[str, Any], Any]]":
        return self.heard.setdefault(word, queue.Queue())

    def ask(self, request: Mapping[str, Any] | bytes, **properties: Any) -> Any:
        """Publish a request; the broker's reason code."""
        said = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        for name, value in properties.items():
            setattr(said, name, value)
        payload = request if isinstance(request, bytes) else json.dumps(request)
        topic = self._topics.bulk_request(self._name)
        sent = self.consumer.client.publish(topic, payload, qos=1, properties=said).mid
        while True:
            mid, reason = self.consumer.published.get(timeout=BOUND)
            if mid == sent:
                return reason

    def next(self, word: str) -> tuple[dict[str, Any], Any]:
        """The next message on the topic that ends so, and its MQTT properties."""
        return self._waiting(word).get(timeout=BOUND)

    def answered(self, request: Mapping[str, Any] | bytes) -> dict[str, Any]:
        """The answer to a request."""
        assert not self.ask(request).is_failure
        return self.next("bulk-answer")[0]
