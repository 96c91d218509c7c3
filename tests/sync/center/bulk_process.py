"""A process that asks the center and leads bulk runs, to be killed: `python -m tests.sync.center.bulk_process STATE`."""

import signal
import sys
from pathlib import Path

from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.sync.asker import Asker
from appliance.sync.bulk_lane import BulkLane
from appliance.sync.web_api import WebApi

if __name__ == "__main__":
    box = Box(Path(sys.argv[1]))
    settings, ledger = box.load(), Ledger.of(box)
    Asker(settings, ledger, WebApi(box, settings, utc_now), utc_now).start()
    BulkLane(settings, ledger, utc_now).start()
    signal.pause()
