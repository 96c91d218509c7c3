"""What was removed, gone from the file too: overwritten, out of the write-ahead log, and the file written anew when it may be."""

import time
from datetime import datetime, timedelta

from appliance.ledger.checks import OPEN
from appliance.ledger.database import Ledger
from appliance.ledger.retention import proofs
from appliance.ledger.times import to_text

LARGEST = 128 * 1024 * 1024
"""The largest file that is written anew by itself: it is in memory for that moment, and nobody can write meanwhile."""

_CALM = timedelta(minutes=30)
_APART = timedelta(hours=20)
"""Something is removed nearly every hour; that is no reason to write everything anew as often, on flash and in the day's pauses."""
A_DAY = 2 * 1024 * 1024
"""Bytes of a file that may be written anew each day, and twice: by way of the log. The largest one has its turn every 64 days."""
_TRIES, _PAUSE = 20, 0.1


def clean(ledger: Ledger, now: datetime, *, may_wait: bool = False) -> bool:
    """Write the file anew if it is small enough and the desk is quiet, empty the log, and write down that it was done.

    `may_wait`: a person said that now is the time, whatever the size. False when somebody was in the way; then nothing is
    written down and it has to be tried again.
    """
    is_rewritten = (may_wait or is_good_moment(ledger, now)) and ledger.rewrite()
    for _ in range(_TRIES):
        if ledger.empty_log():
            break
        time.sleep(_PAUSE)
    else:
        return False
    proofs.note_cleaned(ledger, now, is_rewritten=is_rewritten)
    return is_rewritten or not may_wait


def is_good_moment(ledger: Ledger, now: datetime) -> bool:
    """Whether nothing is open, nobody was received for half an hour, the file is no larger than `LARGEST`, and its turn has come."""
    last = proofs.cleaned(ledger).rewritten_at
    if last is not None and timedelta() <= now - last < apart(ledger.size):
        return False
    row = ledger.read.execute(
        f"""SELECT EXISTS (SELECT 1 FROM checks WHERE {OPEN}),
                   (SELECT received_at FROM checks ORDER BY seq DESC LIMIT 1) > ?""",
        [to_text(now - _CALM)],
    ).fetchone()
    return not row[0] and not row[1] and ledger.size <= LARGEST


def apart(size: int) -> timedelta:
    """How long a file of `size` bytes is left before it is written anew again: a day, or so many that flash lasts."""
    return max(_APART, timedelta(days=size / A_DAY))
