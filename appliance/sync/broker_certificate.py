"""Keeps the broker's certificate in its time and under the names by which the box is reached now."""

import logging

from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync import broker
from appliance.sync.lane import Lane

LOOKED_AT_EVERY = 60.0
"""Seconds."""

_log = logging.getLogger(__name__)


class BrokerCertificate(Lane):
    """There is one in a box. The pages' certificate is looked after by the process that serves them."""

    def __init__(self, box: Box, settings: Settings, clock: Clock) -> None:
        super().__init__("broker-certificate", LOOKED_AT_EVERY)
        self._box, self._settings, self._clock = box, settings, clock

    def _begin(self) -> None:
        self._rest()  # the broker looks at it itself when it starts

    def _turn(self) -> None:
        if broker.renew_certificate(self._box, self._settings, self._clock()):
            _log.info("the broker's certificate was made anew")

    def _failed(self, error: Exception) -> None:
        _log.error("the broker's certificate was not renewed: %s", type(error).__name__)
