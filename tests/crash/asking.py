"""An 電子カルテ that asks over MQTT, and sends the same again until it is answered, whatever died meanwhile."""

import itertools
import json
import ssl
import time
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.sync.topics import Topics
from tests.crash.clinic import EMR, Clinic
from tests.crash.load import Said

AGAIN_AFTER = 0.3
"""Seconds without an answer; the contract says a minute, which nobody has here."""


class Asking:
    """Connected for as long as the broker lives. What was taken is remembered in `said`."""

    def __init__(self, clinic: Clinic, said: Said) -> None:
        self._said = said
        self._topics = Topics(clinic.settings.institution_code)
        self._open: dict[str, str] = {}
        self._serial = itertools.count(1)
        self._sent_at = 0.0
        self.troubles: list[str] = []
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set_context(ssl.create_default_context(cafile=str(clinic.box.tls_dir / "ca.pem")))
        self._client.username_pw_set(EMR, clinic.facts["mqtt"]["password"])
        self._client.on_connect = lambda client, *_: client.subscribe(self._topics.answer(EMR), 1)
        self._client.on_message = self._take
        self._client.connect_async("127.0.0.1", clinic.settings.broker_port)
        self._client.loop_start()

    def ask(self) -> None:
        """Ask about one more person, whose 記号 is the request's id."""
        mark = f"M{next(self._serial)}"
        values = {
            "operation": "check",
            "request_id": mark,
            "insurer_number": "06139992",
            "symbol": mark,
            "number": "3456",
            "birthdate": "19800217",
        }
        self._open[mark] = json.dumps(values)
        self._send()

    def is_answered(self) -> bool:
        """Whether everything is; what is not is sent again."""
        if self._open and time.monotonic() - self._sent_at > AGAIN_AFTER:
            self._send()
        return not self._open

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _send(self) -> None:
        self._sent_at = time.monotonic()
        for payload in list(self._open.values()):
            self._client.publish(self._topics.request(EMR), payload, qos=1)

    def _take(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        said = json.loads(message.payload)
        if not said["accepted"]:
            self.troubles.append(said["trouble"]["code"])
        elif self._said.entries.setdefault(said["request_id"], said["check_id"]) != said["check_id"]:
            self.troubles.append("two checks for one request")
        self._open.pop(said["request_id"], None)
