"""A new box in an empty state folder: its folders, its settings, its ledger with the shared folder as the first consumer."""

from datetime import UTC, datetime

from appliance.ledger import consumers
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings

FOLDER_CONSUMER = "receipt-folder"


def prepare(box: Box, settings: Settings) -> Ledger:
    """Make it. The ledger comes last, so that one that is there has all the rest beside it. Raises `OSError`."""
    box.create()
    box.save(settings)
    ledger = Ledger.of(box)
    consumers.add(ledger, FOLDER_CONSUMER, consumers.ConsumerKind.FOLDER, datetime.now(UTC))
    return ledger
