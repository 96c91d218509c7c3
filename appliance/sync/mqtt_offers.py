"""Handing results to MQTT consumers: offered until acknowledged, each consumer in its turn."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble
from appliance.ledger import consumers, dead_letters, deliveries
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.messages import Word, message_of
from appliance.ledger.times import Clock
from appliance.settings import Settings
from appliance.sync.backoff import delay
from appliance.sync.mqtt_link import MqttLink
from appliance.sync.mqtt_notices import NoticeOffers
from appliance.sync.topics import Topics

BATCH = 8
"""Offers to one consumer before the next gets its turn; a thousand owed to one never hold up another for long."""

_log = logging.getLogger(__name__)


class Offers:
    """What is owed to the MQTT consumers that one broker serves. Thread-safe."""

    def __init__(
        self, settings: Settings, ledger: Ledger, clock: Clock, serves: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._serves = serves
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._topics = Topics(settings.institution_code)
        self._notices = NoticeOffers(settings, ledger, clock)
        # Without it a hello between publishing and noting the offer would be forgotten for a whole back-off.
        self._turn = threading.Lock()

    def offer(self, link: MqttLink) -> int:
        """Publish what is due, up to `BATCH` a consumer; how many. What is left is due at the next call."""
        with self._turn:
            moments: dict[str, datetime] = {}
            names = self._consumers()
            for name in names:
                self._offer_to(link, name, moments)
            if moments:
                deliveries.all_offered(self._ledger, moments)
            return len(moments) + self._notices.offer(link, names, BATCH)

    def again(self, consumer: str | None = None) -> None:
        """Make all that is pending due now: the broker, or one `consumer`, came back."""
        with self._turn:
            if names := (consumer,) if consumer else self._consumers():
                deliveries.offer_again(self._ledger, ConsumerKind.MQTT, self._clock(), *names)
                self._notices.again(names)

    def _consumers(self) -> tuple[str, ...]:
        return tuple(
            one.name
            for one in consumers.all_consumers(self._ledger)
            if one.kind is ConsumerKind.MQTT and one.enabled and self._serves(one.name)
        )

    def _offer_to(self, link: MqttLink, consumer: str, moments: dict[str, datetime]) -> None:
        now = self._clock()
        for delivery in deliveries.due(self._ledger, ConsumerKind.MQTT, now, BATCH, consumer):
            wait = delay(delivery.tries, self._settings.offer_first, self._settings.offer_longest)
            try:
                if not self._publish(link, delivery, wait):
                    return
            except Trouble as trouble:
                _log.error("delivery %s cannot be offered: %s", delivery.id, trouble.code)
                again_at = now + timedelta(seconds=self._settings.offer_longest)
                dead_letters.delivery_failed(
                    self._ledger, delivery.id, trouble.code, again_at, self._settings.give_up_after, now
                )
            else:
                moments[delivery.id] = now + timedelta(seconds=wait)

    def _publish(self, link: MqttLink, delivery: Delivery, wait: float) -> bool:
        word, payload = message_of(self._ledger, delivery)
        topic_of = {
            Word.ELIGIBILITY: self._topics.eligibility,
            Word.BULK_RESULT: self._topics.bulk_result,
            Word.OUTCOME: self._topics.outcome,
        }
        topic = topic_of[word](delivery.consumer)
        # The next offer replaces this one, so the broker need not keep it longer for a consumer that is away.
        return link.publish(topic, payload, expiry=int(wait) + 1)
