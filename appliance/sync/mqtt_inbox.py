"""What consumers say: acknowledgements and hellos, taken from paho's thread and worked off in one of our own.

A commit in paho's thread would hold up everything the broker has to say meanwhile.
"""

import logging
import queue
import threading
import time
from dataclasses import replace

from appliance.eligibility.trouble import Trouble
from appliance.ledger import deliveries, notices, payloads
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.sync.mqtt_allowance import LONGEST_SMALL, Allowance
from appliance.sync.mqtt_bulk import BulkDesk
from appliance.sync.mqtt_link import Heard
from appliance.sync.mqtt_offers import Offers
from appliance.sync.mqtt_place import Place
from appliance.sync.mqtt_requests import RequestDesk
from appliance.sync.topics import Topics

LONGEST_QUEUE = 10_000

_log = logging.getLogger(__name__)


class Inbox:
    """A queue with its own thread. `hear` never blocks."""

    def __init__(
        self,
        place: Place,
        topics: Topics,
        ledger: Ledger,
        offers: Offers,
        bulk: BulkDesk,
        requests: RequestDesk,
        clock: Clock,
    ) -> None:
        self._place = place
        self._topics = topics
        self._ledger = ledger
        self._offers = offers
        self._bulk = bulk
        self._requests = requests
        self._clock = clock
        self._queue: queue.Queue[Heard | None] = queue.Queue()
        self._allowance = Allowance()
        self._thread = threading.Thread(target=self._run, name="mqtt-inbox", daemon=True)

    def start(self) -> None:
        """Begin working off."""
        self._thread.start()

    def stop(self) -> None:
        """Work off what has come in already, then end."""
        self._queue.put(None)
        self._thread.join()

    def hear(self, heard: Heard) -> None:
        """Take one message. What is beyond a consumer's allowance is dropped: nobody else must wait for it.

        With a full queue it is dropped too: an acknowledgement lost is an offer repeated. Lists and other requests are
        worked off by desks of their own, because that takes longer. A consumer that belongs to another broker is not heard
        here, whatever the rights at this one let through.
        """
        said = self._topics.consumer_word(heard.topic)
        if said is None or not self._place.serves(said[0]) or not self._may(*said):
            return
        match said:
            case (consumer, "bulk-request"):
                self._bulk.hear(consumer, heard)
            case (consumer, "request"):
                self._requests.hear(consumer, heard)
            case _ if self._queue.qsize() < LONGEST_QUEUE:
                short = len(heard.payload) <= LONGEST_SMALL
                self._queue.put(heard if short else replace(heard, payload=b""))

    def _may(self, consumer: str, word: str) -> bool:
        now = time.monotonic()
        if self._allowance.may(consumer, word, now):
            return True
        if self._allowance.is_news(consumer, now):
            _log.warning("consumer %s says more than is heard: %s", consumer, "DELIVERY-010")
        return False

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            try:
                self._take(item)
            except Exception:
                # Whatever a consumer sends, the others go on being heard.
                _log.exception("a message of a consumer could not be worked off")

    def _take(self, heard: Heard) -> None:
        match self._topics.consumer_word(heard.topic):
            case (consumer, "hello"):
                self._place.greeted.set()
                self._offers.again(consumer)  # which rings for the states too
                self._bulk.hello(consumer)
            case (consumer, "ack"):
                self._acknowledge(consumer, heard.payload)

    def _acknowledge(self, consumer: str, payload: bytes) -> None:
        try:
            delivery_id = payloads.acknowledged_id(payload)
        except Trouble as trouble:
            _log.warning("acknowledgement of consumer %s ignored: %s", consumer, trouble.code)
            return
        now = self._clock()
        if not deliveries.acknowledge(self._ledger, delivery_id, consumer, now):
            notices.acknowledge(self._ledger, delivery_id, consumer, now)
