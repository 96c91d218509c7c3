"""The desk where consumers' requests come in, by whichever way: from a payload to what is said in answer."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from appliance.eligibility.consumer_requests import (
    DeadLetters,
    Reader,
    Request,
    Stand,
    Values,
    opened,
    request_id_of,
)
from appliance.eligibility.trouble import Trouble
from appliance.ledger import consumer_answers, consumer_requests, consumer_standing, consumers
from appliance.ledger.consumer_requests import Refused
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day
from appliance.settings import Settings

_log = logging.getLogger(__name__)


class RequestDesk:
    """Takes requests in and says what became of each. Thread-safe. Neither names nor numbers are ever logged.

    `laws` gives the 法別番号 of insurers on a day.
    """

    def __init__(self, settings: Settings, ledger: Ledger, laws: Callable[[date], Mapping[str, str]]) -> None:
        self._settings = settings
        self._ledger = ledger
        self._laws = laws

    def answered(self, consumer: str, payload: bytes, now: datetime) -> dict[str, Any]:
        """The answer to a request of `consumer`, which is known to be who it says."""
        try:
            values = opened(payload)
        except Trouble as trouble:
            return self._refused(consumer, Refused.of(None, trouble))
        return self.answered_to(consumer, values, now)

    def answered_to(self, consumer: str, values: Values, now: datetime) -> dict[str, Any]:
        """`answered` for what is JSON already."""
        request_id = None
        try:
            request_id = request_id_of(values)
            today = clinic_day(now)
            return self._said(consumer, Reader(today, self._laws(today)).read(values), now)
        except Trouble as trouble:
            return self._refused(consumer, Refused.of(request_id, trouble))

    def _said(self, consumer: str, request: Request, now: datetime) -> dict[str, Any]:
        if consumers.find(self._ledger, consumer) is None:
            # At a cluster an account outlives the consumer.
            raise Trouble("REQUEST-003")
        if isinstance(request, Stand):
            found = consumer_requests.stand(self._ledger, consumer, request.request_id)
            return consumer_answers.stands(request.request_id, found)
        if isinstance(request, DeadLetters):
            letters = consumer_standing.dead_letters_of(self._ledger, consumer)
            return consumer_answers.letters(request.request_id, letters)
        outcome = consumer_requests.take(self._ledger, self._settings, consumer, request, now)
        return (
            self._refused(consumer, outcome)
            if isinstance(outcome, Refused)
            else consumer_answers.answer(outcome)
        )

    def _refused(self, consumer: str, refused: Refused) -> dict[str, Any]:
        _log.warning("a request of consumer %s is refused: %s", consumer, refused.trouble.code)
        return consumer_answers.answer(refused)
