"""Handing notices to MQTT consumers: tasks and medical information, offered until acknowledged as results are."""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, notices, tasks
from appliance.ledger.database import Ledger
from appliance.ledger.medical_payloads import medical_notice
from appliance.ledger.notices import Notice, NoticeKind
from appliance.ledger.task_payloads import task_notice
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
        for consumer in consumers:
            for notice in notices.due(self._ledger, consumer, self._clock(), at_once):
                wait = delay(notice.tries, self._settings.offer_first, self._settings.offer_longest)
                try:
                    if not self._publish(link, notice, wait):
                        break
                except Trouble as trouble:
                    _log.error("notice %s cannot be offered: %s", notice.id, trouble.code)
                    wait = self._settings.offer_longest
                moments[notice.id] = self._clock() + timedelta(seconds=wait)
        if moments:
            notices.all_offered(self._ledger, moments)
        return len(moments)

    def again(self, names: Sequence[str]) -> None:
        """Make what is pending for these consumers due now."""
        notices.offer_again(self._ledger, self._clock(), *names)

    def _publish(self, link: MqttLink, notice: Notice, wait: float) -> bool:
        if notice.kind is NoticeKind.MEDICAL:
            return self._publish_medical(link, notice, wait)
        task = tasks.find(self._ledger, notice.subject)
        if task is None or task.revision != notice.revision:
            return True  # it changed just now: another notice says so
        message = task_notice(self._ledger, notice, task, self._settings.institution_code)
        return link.publish(self._topics.task(notice.consumer), _text(message), expiry=int(wait) + 1)

    def _publish_medical(self, link: MqttLink, notice: Notice, wait: float) -> bool:
        now = self._clock()
        handed = medical_notice(self._ledger, notice, self._settings.institution_code, now)
        if handed is None:
            return True  # due again when the answer comes
        lasts = int(wait) + 1
        if handed.of is None or handed.until is None:
            notices.expired(self._ledger, notice.id, now)
        else:
            # The broker must not hand it over either once the consent is over.
            lasts = max(1, min(lasts, int((handed.until - now).total_seconds())))
            if notice.tries == 0:
                audit.write(self._ledger, notice.consumer, "medical-handed-over", handed.of, now, handed.said)
        return link.publish(self._topics.medical(notice.consumer), _text(handed.message), expiry=lasts)


def _text(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
