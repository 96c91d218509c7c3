"""A virtual 電子カルテ, and at the same time the example for vendors: how results are taken from a madoguchi box.

Three rules make it safe, whatever dies at whatever moment (see contract/README.md):

1. Keep every delivery id, in the same transaction as the result. What comes twice is stored once.
2. Acknowledge only after the result is safely stored. What was not acknowledged comes again.
3. Say hello after each subscribing. Then what was missed comes at once rather than some time later.
"""

import contextlib
import json
import sqlite3
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion


@dataclass(frozen=True)
class Credentials:
    """What the clinic's engineer hands to the vendor."""

    host: str
    port: int
    ca: str
    username: str
    password: str
    topic: str
    ack_topic: str
    hello_topic: str
    bulk_topic: str
    """Where the results of lists come that this consumer has handed in; they are stored and acknowledged like others."""


class Inbox:
    """Results taken so far, in one SQLite file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._open() as db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS inbox (delivery_id TEXT PRIMARY KEY, message TEXT NOT NULL)"
            )

    def store(self, message: dict[str, Any]) -> bool:
        """Keep `message`; False when its delivery id is here already. On disk when this returns."""
        with self._open() as db:
            done = db.execute(
                "INSERT OR IGNORE INTO inbox VALUES (?, ?)", [message["delivery_id"], json.dumps(message)]
            )
            return done.rowcount == 1

    def messages(self) -> list[dict[str, Any]]:
        """All of them, in the order in which they came."""
        with self._open() as db:
            return [json.loads(row[0]) for row in db.execute("SELECT message FROM inbox ORDER BY rowid")]

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path, timeout=10.0)) as db, db:
            db.execute("PRAGMA synchronous = FULL")
            yield db


class Emr:
    """Takes results from `start` to `stop`. paho connects, and connects again, for ever."""

    def __init__(self, credentials: Credentials, inbox: Inbox) -> None:
        self.inbox = inbox
        self.seen = 0
        """Messages that came in, repeats included."""
        self._credentials = credentials
        self._client: Client | None = None
        self._subscribed = False

    @property
    def is_connected(self) -> bool:
        """Whether results can come in right now."""
        return self._subscribed and self._client is not None and self._client.is_connected()

    def start(self) -> None:
        """Connect in the background. Raises `OSError` when the CA's file is not there."""
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.tls_set_context(ssl.create_default_context(cafile=self._credentials.ca))
        client.username_pw_set(self._credentials.username, self._credentials.password)
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        # A full disk must not end paho's thread: what could not be stored is not acknowledged and comes again.
        client.suppress_exceptions = True
        client.enable_logger()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.connect_async(self._credentials.host, self._credentials.port, keepalive=30)
        self._client = client  # before the thread that may hear of it
        client.loop_start()

    def stop(self) -> None:
        """Leave the broker. Nothing is lost: the box keeps what comes meanwhile."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None
        self._subscribed = False

    def acknowledge(self, delivery_id: str) -> None:
        """Tell the box that this one is stored. If this gets lost the result comes again, and rule 1 holds."""
        if self._client is not None:
            self._client.publish(self._credentials.ack_topic, json.dumps({"delivery_id": delivery_id}), qos=1)

    def take(self, payload: bytes) -> None:
        """Store one result, then acknowledge it; a repeat too, for its acknowledgement may have been lost."""
        message = json.loads(payload)
        self.seen += 1
        self.inbox.store(message)
        self.acknowledge(message["delivery_id"])

    # The callbacks of paho; all run in its thread.

    def _on_connect(self, client: Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        self._subscribed = False
        if not reason.is_failure:
            client.subscribe([(self._credentials.topic, 1), (self._credentials.bulk_topic, 1)])

    def _on_subscribe(self, client: Client, data: Any, mid: int, reasons: Any, properties: Any) -> None:
        self._subscribed = True
        client.publish(self._credentials.hello_topic, "{}", qos=1)

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        self.take(bytes(message.payload))


if __name__ == "__main__":
    from appliance.demo.emr_knobs import main

    main()
