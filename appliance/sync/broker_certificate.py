"""Keeps the broker's certificate in its time and under the names by which the box is reached now."""

import logging
import threading

from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync import broker

LOOKED_AT_EVERY = 60.0
"""Seconds."""

_log = logging.getLogger(__name__)


class BrokerCertificate:
    """One thread from `start` to `stop`. The pages' certificate is looked after by the process that serves them."""

    def __init__(self, box: Box, settings: Settings, clock: Clock) -> None:
        self._box, self._settings, self._clock = box, settings, clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broker-certificate", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOKED_AT_EVERY):
            try:
                if broker.renew_certificate(self._box, self._settings, self._clock()):
                    _log.info("the broker's certificate was made anew")
            except Exception as error:  # a full disk must not end the watch
                _log.error("the broker's certificate was not renewed: %s", type(error).__name__)
