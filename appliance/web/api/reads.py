"""Which consumer has read what by the API today: a row of the audit trail for the first call of a kind in a day.

A consumer asks all day long, so a row a call would drown what people did. What it was given in particular stands in its deliveries.
"""

import threading
from datetime import date, datetime

from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day


class Reads:
    """Remembers the kinds of today in this process. Thread-safe; a restart writes them once more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[tuple[date, str, str]] = set()

    def note(self, ledger: Ledger, consumer: str, what: str, now: datetime) -> None:
        """`consumer` reads `what`, a name of ours."""
        today = clinic_day(now)
        one = (today, consumer, what)
        with self._lock:
            if one in self._known:
                return
            self._known = {known for known in self._known if known[0] == today} | {one}
        audit.write(ledger, consumer, "api-read", "", now, what)
