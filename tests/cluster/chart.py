"""A consumer of many boxes at one cluster, in MQTT 3.1.1, as a vendor would write it: it stores, acknowledges, says hello."""

import json
import queue
import ssl
import threading
from collections import Counter
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.sync.topics import ANY, Topics
from tests.cluster.house import BOXES, password_of
from tests.cluster.world import Cluster

BOUND = 60.0


class Chart:
    """One connection at a time, to the node whose turn it is; a lost one is followed by the next node's.

    `stored` has each delivery id with the box and the check it is about, `came` how often each came.
    """

    def __init__(self, cluster: Cluster, name: str, node: int = 0, *, keeps: bool = True) -> None:
        self.name = name
        self.stored: dict[str, tuple[str, str]] = {}
        self.came: Counter[str] = Counter()
        self.states: queue.Queue[tuple[str, dict[str, Any], bool]] = queue.Queue()
        self.answers: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.node = node
        self._cluster = cluster
        self._keeps = keeps
        self._leaving = threading.Event()
        self._ready = threading.Event()
        self._lost = threading.Event()
        self._client: Client | None = None
        self._thread = threading.Thread(target=self._run, name=f"chart-{name}", daemon=True)
        self._thread.start()
        assert self._ready.wait(BOUND), "no node takes the consumer"

    def say(self, institution: str, word: str, payload: str = "{}") -> None:
        """One of the words of this consumer, to one box."""
        if self._client is not None:
            self._client.publish(f"{Topics(institution).prefix}consumer/{self.name}/{word}", payload, qos=1)

    def close(self) -> None:
        self._leaving.set()
        self._lost.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._leaving.is_set():
            self._lost.clear()
            client = self._connected()
            if client is not None:
                self._client = client
                self._lost.wait()
                client.disconnect()
                client.loop_stop()
            self.node = (self.node + 1) % len(self._cluster.nodes)
            self._leaving.wait(0.2)

    def _connected(self) -> Client | None:
        client = Client(
            CallbackAPIVersion.VERSION2,
            # Another at each node, and the same at each return: see the guide.
            f"{self.name}-{self.node}",
            protocol=MQTTProtocolVersion.MQTTv311,
            clean_session=True,
            reconnect_on_failure=False,
        )
        client.tls_set_context(ssl.create_default_context(cafile=str(self._cluster.ca)))
        client.username_pw_set(self.name, password_of(self.name))
        client.connect_timeout = 5.0
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = lambda *_: self._lost.set()
        try:
            client.connect("127.0.0.1", self._cluster.nodes[self.node].port, keepalive=10)
        except OSError:
            return None
        client.loop_start()
        return client

    def _on_connect(self, client: Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if not reason.is_failure:
            of_all, mine = Topics(ANY), (self.name,)
            topics = [of_all.box_state, of_all.eligibility(*mine), of_all.bulk_answer(*mine)]
            client.subscribe([(topic, 1) for topic in topics])

    def _on_subscribe(self, client: Client, data: Any, mid: int, reasons: Any, properties: Any) -> None:
        # NATS refuses one of several subscriptions while a stream has no leader, and keeps the connection.
        if any(reason.is_failure for reason in reasons):
            self._lost.set()
            return
        self._ready.set()
        for box in BOXES:
            client.publish(Topics(box).hello(self.name), "{}", qos=1)

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        said = json.loads(message.payload)
        if message.topic.endswith("box/state"):
            self.states.put((message.topic.split("/")[2], said, message.retain))
        elif message.topic.endswith("bulk-answer"):
            self.answers.put((message.topic.split("/")[2], said))
        elif self._keeps:
            self.came[said["delivery_id"]] += 1
            self.stored[said["delivery_id"]] = (said["institution_code"], said["check_id"])
            self._acknowledge(client, message.topic, said["delivery_id"])

    def _acknowledge(self, client: Client, topic: str, delivery_id: str) -> None:
        ack = f"{topic.rpartition('/')[0]}/ack"
        client.publish(ack, json.dumps({"delivery_id": delivery_id}), qos=1)
