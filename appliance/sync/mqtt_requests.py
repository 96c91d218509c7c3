"""Requests of consumers over MQTT: worked off in a thread of its own, so that acknowledgements never wait for them."""

import json
import logging
import queue
import threading
from collections import Counter
from dataclasses import replace

from appliance.eligibility.consumer_requests import MOST_BYTES
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.ledger import request_desk
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync.mqtt_link import Heard, MqttLink
from appliance.sync.topics import Topics, answer_topic

MOST_WAITING = 64
"""Requests of one consumer that wait; with more it is dropped, so that a flood holds up its sender and hardly anybody else."""

_log = logging.getLogger(__name__)


class RequestDesk:
    """Runs in a thread of its own from `start` to `stop`. `hear` never blocks."""

    def __init__(self, box: Box, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        self._desk = request_desk.RequestDesk(
            settings, ledger, lambda day: laws(rulebook_of(box), LawSide.INSURER, day)
        )
        self._clock = clock
        self._topics = Topics(settings.institution_code)
        self._queue: queue.Queue[tuple[str, Heard] | None] = queue.Queue()
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._link: MqttLink | None = None
        self._thread = threading.Thread(target=self._run, name="mqtt-requests", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Work off what has come in already, then end."""
        self._queue.put(None)
        self._thread.join()

    def use(self, link: MqttLink | None) -> None:
        """Answer over this connection from now on; None: there is none, and who gets no answer asks again."""
        self._link = link

    def hear(self, consumer: str, heard: Heard) -> None:
        """Take in one request, or drop it when its sender has too many waiting: what is not answered is sent again."""
        with self._lock:
            if self._waiting[consumer] >= MOST_WAITING:
                return
            self._waiting[consumer] += 1
        # One byte too many is enough to see that it is too large.
        self._queue.put((consumer, replace(heard, payload=heard.payload[: MOST_BYTES + 1])))

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            consumer, heard = item
            try:
                self._answer(consumer, heard)
            except Exception as error:
                # Its text may quote a message. Whatever a consumer sends, the others go on being heard.
                _log.error(
                    "a request of consumer %s could not be worked off: %s", consumer, type(error).__name__
                )
            finally:
                with self._lock:
                    self._waiting[consumer] -= 1

    def _answer(self, consumer: str, heard: Heard) -> None:
        said = self._desk.answered(consumer, heard.payload, self._clock())
        link = self._link
        if link is not None:
            topic = answer_topic(self._topics.answer(consumer), heard.response_topic)
            payload = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
            link.publish(topic, payload, correlation=heard.correlation)
