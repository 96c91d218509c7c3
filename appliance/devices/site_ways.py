"""Which ways beside the PIN a reader has, by the site's settings."""

import logging
from datetime import timedelta
from pathlib import Path

from appliance.devices.face_at_reader import FaceAtReader
from appliance.devices.holder_ways import HolderWays
from appliance.devices.without_pin import open_key
from appliance.eligibility.trouble import Trouble
from appliance.ledger.readers import Reader
from appliance.ledger.times import Clock
from appliance.settings import Settings, WithoutPin

_log = logging.getLogger(__name__)


def ways_of(settings: Settings, reader: Reader, clock: Clock) -> HolderWays:
    """The ways at `reader`. A model that cannot be used is logged and leaves the PIN: reception goes on."""
    without_pin = open_key if settings.without_pin == WithoutPin.VIRTUAL_CARDS else None
    camera = settings.face_cameras[reader.number - 1] if reader.number <= len(settings.face_cameras) else ""
    if not camera or without_pin is None:
        return HolderWays(without_pin=without_pin)
    try:
        # A little less than the visit waits: whoever looked long enough gets a verdict and not the end of the time.
        longest = timedelta(seconds=max(settings.visit_look - 0.5, 0.5))
        record = Path(settings.face_model) if settings.face_model else None
        return HolderWays(FaceAtReader(camera, record, clock, longest), without_pin)
    except Trouble as trouble:
        _log.error("reader %s: %s", reader.name, trouble)
        return HolderWays(without_pin=without_pin)
