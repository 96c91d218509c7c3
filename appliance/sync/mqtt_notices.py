"""Handing notices to MQTT consumers: tasks and medical information, offered until acknowledged as results are."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble
from appliance.ledger import dead_notices, notices
from appliance.ledger.database import Ledger
from appliance.ledger.notice_messages import NoticeMessage, handed_over, message_of
from appliance.ledger.notices import NoticeKind
from appliance.ledger.times import Clock
from appliance.settings import Settings
from appliance.sync.backoff import delay
from appliance.sync.mqtt_link import MqttLink
from appliance.sync.topics import Topics

_log = logging.getLogger(__name__)


class NoticeOffers:
    """What is owed beside results. Whoever calls it takes turns."""

    def __init__(self, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._topics = Topics(settings.institution_code)

    def offer(self, link: MqttLink, consumers: Iterable[str], at_once: int) -> int:
        """Publish what is due, up to `at_once` a consumer; how many."""
        moments: dict[str, datetime] = {}
        put_off: dict[int, datetime] = {}
        for consumer in consumers:
            for notice in notices.due(self._ledger, consumer, self._clock(), at_once):
                wait = delay(notice.tries, self._settings.offer_first, self._settings.offer_longest)
                now = self._clock()
                try:
                    message = message_of(self._ledger, notice, self._settings.institution_code, now)
                    if message is None:
                        # Another notice says it, or it is owed anew when the answer comes. It was not offered.
                        put_off[notice.seq] = now + timedelta(seconds=self._settings.offer_longest)
                        continue
                    if not self._publish(link, message, wait, now):
                        break
                except Trouble as trouble:
                    _log.error("notice %s cannot be offered: %s", notice.id, trouble.code)
                    dead_notices.give_up(self._ledger, notice.id, trouble.code, now)
                    continue
                moments[notice.id] = self._clock() + timedelta(seconds=wait)
        if moments:
            notices.all_offered(self._ledger, moments)
        if put_off:
            notices.all_put_off(self._ledger, put_off)
        return len(moments) + len(put_off)

    def again(self, names: Sequence[str]) -> None:
        """Make what is pending for these consumers due now."""
        notices.offer_again(self._ledger, self._clock(), *names)

    def _publish(self, link: MqttLink, message: NoticeMessage, wait: float, now: datetime) -> bool:
        handed_over(self._ledger, message, now)
        is_medical = message.notice.kind is NoticeKind.MEDICAL
        topic = (self._topics.medical if is_medical else self._topics.task)(message.notice.consumer)
        lasts = int(wait) + 1
        if message.until is not None:
            # The broker must not hand it over either once the consent is over.
            lasts = max(1, min(lasts, int((message.until - now).total_seconds())))
        return link.publish(topic, message.payload, expiry=lasts)
