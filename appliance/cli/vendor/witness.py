"""Sees all that passes between box and consumer: every offer, every acknowledgement, every hello, in the broker's order."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt.client import Client

from appliance.cli.vendor.credentials import Credentials, client_of

OFFERS = ("eligibility",)


@dataclass(frozen=True)
class Seen:
    """One message: the last word of its topic, and what it said (None: no JSON object)."""

    word: str
    message: dict[str, Any] | None
    payload: bytes = field(repr=False)

    @property
    def delivery_id(self) -> str | None:
        """The delivery it is about, if it names one."""
        found = (self.message or {}).get("delivery_id")
        return found if isinstance(found, str) else None


class Witness:
    """A connection of the box's own account that listens to one consumer's topics from `start` to `stop`."""

    def __init__(self, account: Credentials, ca: str, own: str) -> None:
        self._own = own
        self._changed = threading.Condition(threading.RLock())
        self._seen: list[Seen] = []
        self._ready = threading.Event()
        self._account = account
        self._client: Client = client_of(account, ca, (f"{own}/#",), self._hear)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_disconnect = lambda *_: self._ready.clear()
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)

    def start(self) -> None:
        """Connect in the background."""
        self._client.connect_async(self._account.host, self._account.port, keepalive=30)
        self._client.loop_start()

    def stop(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def is_there(self, seconds: float) -> bool:
        """Whether it listens, or does so within `seconds`."""
        return self._ready.wait(seconds)

    def say(self, word: str, payload: bytes) -> None:
        """Publish on the consumer's topic `word`, as the box would; nothing is said to who is not there now."""
        self._client.publish(f"{self._own}/{word}", payload, qos=1).wait_for_publish(10.0)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Everything so far."""
        with self._changed:
            return tuple(self._seen)

    def offers(self) -> dict[str, Seen]:
        """The newest offer of each delivery."""
        return {one.delivery_id: one for one in self.seen if one.word in OFFERS and one.delivery_id}

    def acks(self, delivery_id: str) -> int:
        """How often a delivery was acknowledged."""
        return sum(one.word == "ack" and one.delivery_id == delivery_id for one in self.seen)

    def count(self, word: str) -> int:
        """How many messages there were on a topic."""
        return sum(one.word == word for one in self.seen)

    def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until `holds`; looked at whenever something comes."""
        end = time.monotonic() + seconds
        with self._changed:
            while not holds():
                if (left := end - time.monotonic()) <= 0:
                    return False
                self._changed.wait(min(left, 0.5))
            return True

    def _hear(self, topic: str, payload: bytes) -> None:
        try:
            found = json.loads(payload)
        except ValueError:
            found = None
        message = found if isinstance(found, dict) else None
        with self._changed:
            self._seen.append(Seen(topic.removeprefix(f"{self._own}/"), message, payload))
            self._changed.notify_all()
