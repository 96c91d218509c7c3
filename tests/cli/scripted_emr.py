"""An 電子カルテ in the place of a program of a vendor's: it keeps every rule but those it is told to break."""

import itertools
import json
import threading
from typing import Any

from paho.mqtt.client import Client, MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from appliance.cli.vendor.credentials import credentials_in
from appliance.cli.vendor.mqtt_bench import MqttBench
from appliance.cli.vendor.program import Commands, Program
from appliance.contract_files import contract_folder

RESEND_SECONDS = 0.6
_WORDS = (
    "eligibility",
    "answer/#",
    "outcome",
    "bulk-answer/#",
    "bulk-progress",
    "bulk-result",
    "task",
    "medical",
)
_IDS = itertools.count(1)


def example(name: str) -> dict[str, Any]:
    """A message among the contract's examples."""
    found: dict[str, Any] = json.loads((contract_folder() / "examples" / f"{name}.json").read_text("utf-8"))
    return found


class ScriptedEmr(Program):
    """`wrong` names what it does wrong; `is_5` False: it speaks MQTT 3.1.1 and takes answers without a Response Topic."""

    def __init__(self, bench: MqttBench, *wrong: str, is_5: bool = True) -> None:
        super().__init__(Commands("x", "x", "x", "x"), bench.credentials.parent, {})
        self._bench = bench
        self._wrong = wrong
        self._is_5 = is_5
        self._printed = ""
        self._open: dict[str, tuple[str, dict[str, Any]]] = {}
        self._done: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._client: Client | None = None

    # What the kit does to a program.

    def start(self) -> None:
        version = MQTTProtocolVersion.MQTTv5 if self._is_5 else MQTTProtocolVersion.MQTTv311
        client = Client(CallbackAPIVersion.VERSION2, protocol=version)
        credentials, ca = credentials_in(self._bench.credentials)
        client.tls_set(str(self._bench.credentials.with_name("ca.pem")) if ca else None)
        client.username_pw_set(credentials.username, credentials.password)
        client.reconnect_delay_set(min_delay=1, max_delay=1)
        topics = [(f"{self._bench.own_topic}/{one}", 1) for one in _WORDS]

        def subscribe(*_: Any) -> None:
            client.subscribe(topics)

        client.on_connect = subscribe
        client.on_subscribe = lambda *_: self._greet()
        client.on_message = lambda _client, _data, message: self._hear(message)
        client.connect_async(credentials.host, credentials.port, keepalive=30)
        # Before the library's thread, which may be told of the subscription at once.
        self._client = client
        self._stopping = threading.Event()
        client.loop_start()
        self._thread = threading.Thread(target=self._resend, args=(self._stopping,), daemon=True)
        self._thread.start()
        assert self._ready.wait(20.0)

    def kill(self) -> None:
        self._stopping.set()
        self._ready.clear()
        if self._thread is not None:
            self._thread.join()
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def has_died(self) -> bool:
        return False

    def ask(self) -> None:
        self._begin("request", example("request.check"))

    def hand_in(self) -> None:
        whole = example("bulk-request.appointments")
        people = whole["people"][:2] if "short-list" in self._wrong else whole["people"]
        self._begin("bulk-request", {**whole, "when": "now", "people": people})

    def rest(self) -> None:
        self._open = {}

    def end(self) -> None:
        self.kill()

    def stored(self) -> list[str]:
        return []

    def said(self) -> str:
        return self._printed

    # The 電子カルテ.

    def _begin(self, word: str, message: dict[str, Any]) -> None:
        if "asks-nothing" in self._wrong:
            return
        request_id = "always" if "one-id" in self._wrong else f"r-{next(_IDS)}"
        message = {**message, "request_id": request_id}
        if "malformed" in self._wrong:
            message["came_later"] = True
            message["people"] = "nobody"
        # Else the library itself would send it again, as it was, after the broker's death.
        self._send(word, message).wait_for_publish(20.0)
        with self._lock:
            if request_id not in self._done:
                self._open[request_id] = (word, message)

    def _send(self, word: str, message: dict[str, Any]) -> MQTTMessageInfo:
        properties = None
        if self._is_5:
            own = f"{self._bench.own_topic}/{'bulk-answer' if word == 'bulk-request' else 'answer'}"
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.ResponseTopic = "elsewhere" if "foreign-topic" in self._wrong else f"{own}/desk"
            properties.CorrelationData = message["request_id"].encode()
        return self._publish(word, message, properties)

    def _publish(
        self, word: str, message: dict[str, Any], properties: Properties | None = None
    ) -> MQTTMessageInfo:
        assert self._client is not None
        text = json.dumps(message, ensure_ascii=False)
        return self._client.publish(f"{self._bench.own_topic}/{word}", text, qos=1, properties=properties)

    def _resend(self, stopping: threading.Event) -> None:
        """What got no answer goes out again; at once and for ever where it is told to flood."""
        while not stopping.wait(0.05 if "floods" in self._wrong else RESEND_SECONDS):
            if "never-again" in self._wrong or not self._ready.is_set():
                continue
            for request_id, (word, message) in list(self._open.items()):
                again = dict(message)
                if "new-id-again" in self._wrong:
                    again["request_id"] = f"r-{next(_IDS)}"
                    del self._open[request_id]
                if "other-content-again" in self._wrong:
                    again |= {"number": "9999"} if word == "request" else {"people": message["people"][:1]}
                self._send(word, again)

    def _greet(self) -> None:
        self._publish("hello", {"product": "scripted"})
        self._ready.set()

    def _hear(self, message: MQTTMessage) -> None:
        word = message.topic.removeprefix(f"{self._bench.own_topic}/").partition("/")[0]
        said = json.loads(message.payload)
        if word in ("answer", "bulk-answer"):
            self._answered(said)
        elif word == "bulk-progress":
            self._print(f"{said['run_id']} {said['state']}")
        elif self._acknowledges(word, said):
            self._publish("ack", {"delivery_id": said["delivery_id"]})

    def _answered(self, said: dict[str, Any]) -> None:
        code = (said.get("trouble") or {}).get("code", "")
        self._print(f"{said.get('check_id') or said.get('run_id')} {code}")
        if not (code and "floods" in self._wrong):
            with self._lock:
                self._done.add(str(said["request_id"]))
                self._open.pop(said["request_id"], None)

    def _print(self, text: str) -> None:
        if "says-nothing" not in self._wrong:
            self._printed += f"{text}\n"

    def _acknowledges(self, word: str, said: dict[str, Any]) -> bool:
        """Wrong are `deaf-to-…` of a topic, and acknowledgements for less than all that comes on one."""
        if f"deaf-to-{word}" in self._wrong:
            return False
        wrong = {
            "only-first": said.get("attempt", 1) > 1,
            "only-first-part": said.get("part", 1) > 1,
            "only-open": word == "task" and said["state"] != "open",
            "only-known": word == "task" and said["kind"] == "came-later",
            "only-given": word == "medical" and said["state"] != "given",
        }
        return not any(holds and name in self._wrong for name, holds in wrong.items())
