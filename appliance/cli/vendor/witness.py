"""Sees all that passes between box and consumer: offers, acknowledgements, requests, answers; at the broker in its order."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt.client import Client, MQTTMessage

from appliance.cli.vendor.credentials import Credentials, client_of

OFFERS = ("eligibility",)


@dataclass(frozen=True)
class Seen:
    """One message: the last words of its topic, and what it said (None: no JSON object).

    `answer_to` and `correlation` are where the answer is wanted, and what it is to repeat, if that was said.
    """

    word: str
    message: dict[str, Any] | None
    payload: bytes = field(repr=False)
    answer_to: str | None = None
    correlation: bytes | None = field(default=None, repr=False)

    @property
    def delivery_id(self) -> str | None:
        """The delivery it is about, if it names one."""
        found = (self.message or {}).get("delivery_id")
        return found if isinstance(found, str) else None


class Sight:
    """All that passes between box and consumer, in its order. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._seen: list[Seen] = []

    def note(self, one: Seen) -> None:
        """This has passed."""
        with self._changed:
            self._seen.append(one)
            self._changed.notify_all()

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Everything so far."""
        with self._changed:
            return tuple(self._seen)

    def offers(self) -> dict[str, Seen]:
        """The newest offer of each delivery."""
        return {one.delivery_id: one for one in self.seen if one.word in OFFERS and one.delivery_id}

    def newest(self, word: str, delivery_id: str) -> dict[str, Any]:
        """What was said last of a delivery on a topic; empty when it was not."""
        found = (one for one in reversed(self.seen) if one.word == word and one.delivery_id == delivery_id)
        return next((one.message or {} for one in found), {})

    def acks(self, delivery_id: str) -> int:
        """How often a delivery was acknowledged."""
        return sum(one.word == "ack" and one.delivery_id == delivery_id for one in self.seen)

    def count(self, word: str) -> int:
        """How many messages there were on a topic."""
        return sum(one.word == word for one in self.seen)

    def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until `holds`; looked at whenever something comes, and twice a second."""
        end = time.monotonic() + seconds
        with self._changed:
            while not holds():
                if (left := end - time.monotonic()) <= 0:
                    return False
                self._changed.wait(min(left, 0.5))
            return True


class Witness(Sight):
    """A connection of the box's own account that listens to one consumer's topics from `start` to `stop`."""

    def __init__(self, account: Credentials, ca: str, own: str) -> None:
        super().__init__()
        self._own = own
        self._ready = threading.Event()
        self._account = account
        self._ca = ca
        self._client: Client | None = None

    def start(self) -> None:
        """Connect in the background."""
        # A new client each time: paho leaves a socket open behind it where one begins again.
        client = client_of(self._account, self._ca, (f"{self._own}/#",), lambda *_: None)
        client.on_message = lambda _client, _data, message: self._hear(message)
        client.on_subscribe = lambda *_: self._ready.set()
        client.on_disconnect = lambda *_: self._ready.clear()
        client.reconnect_delay_set(min_delay=1, max_delay=1)
        client.connect_async(self._account.host, self._account.port, keepalive=30)
        self._client = client  # before the thread that may hear of it
        client.loop_start()

    def stop(self) -> None:
        """Leave the broker."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None
        self._ready.clear()

    def is_there(self, seconds: float) -> bool:
        """Whether it listens, or does so within `seconds`."""
        return self._ready.wait(seconds)

    def say(self, word: str, payload: bytes) -> None:
        """Publish on the consumer's topic `word`, as the box would; nothing is said to who is not there now."""
        if self._client is not None:
            self._client.publish(f"{self._own}/{word}", payload, qos=1).wait_for_publish(10.0)

    def _hear(self, message: MQTTMessage) -> None:
        payload = bytes(message.payload)
        word = message.topic.removeprefix(f"{self._own}/")
        said = message.properties
        wanted, correlation = getattr(said, "ResponseTopic", None), getattr(said, "CorrelationData", None)
        self.note(Seen(word, read(payload), payload, wanted, correlation))


def read(payload: bytes) -> dict[str, Any] | None:
    """The JSON object in `payload`; None when there is none."""
    try:
        found = json.loads(payload)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
