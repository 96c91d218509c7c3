"""What may not lie about for ever: copies that hold what the ledger has removed since, and broken ledgers that were set aside."""

import fcntl
from datetime import datetime, timedelta

from appliance.ledger.own_copy import places
from appliance.settings import Box

COPY = timedelta(days=7)
"""While copies are made the older of the two is six days old at most. Where none can be made any more, what was removed must go all the same."""
BROKEN = timedelta(days=30)
"""For so long somebody may try to get something out of it."""


def expire(box: Box, now: datetime) -> int:
    """Remove them; how many. To be called only when the clock can be believed (`retention/clock.py`). Raises `OSError`."""
    folder = places.copies_folder(box)
    gone = [one for one in places.sets_aside(box) if now - one.at > BROKEN]
    for one in gone:
        places.forget(one)
    if not folder.exists():
        return len(gone)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return len(gone)  # a new one is being made
        old = [one for one in places.copies(box) if now - one.made_at > COPY]
        for copy in old:
            copy.path.unlink()
        if old:
            (folder / places.MAKING).unlink(missing_ok=True)
    return len(gone) + len(old)
