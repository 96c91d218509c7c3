"""What a visit writes at once into several tables."""

from datetime import datetime

from appliance.eligibility.visit import Phase
from appliance.ledger import checks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


def open_check(ledger: Ledger, key: str, new: NewCheck, now: datetime) -> str:
    """Write down the check of the visit at the reader `key` and show the reader as asking; the check's id.

    One commit, so that no screen says "asking" before nothing can lose the check any more.
    """
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS | Topic.READERS) as db:
        check_id = checks.insert(db, new, now)
        db.execute(
            "UPDATE readers SET phase = ?, changed_at = ? WHERE key = ?", [Phase.ASKING, to_text(now), key]
        )
        return check_id
