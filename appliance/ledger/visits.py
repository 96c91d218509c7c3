"""What a visit writes at once into several tables."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.visit import Phase, SightReason
from appliance.ledger import audit, checks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


@dataclass(frozen=True)
class Looked:
    """Which account has compared the patient with the card; `reason` of a 目視確認, None when it confirmed a camera's look."""

    by: str
    reason: SightReason | None = None


def open_check(ledger: Ledger, key: str, new: NewCheck, now: datetime, looked: Looked | None = None) -> str:
    """Write down the check of the visit at the reader `key` and show the reader as asking; the check's id.

    One commit, so that no screen says "asking" before nothing can lose the check any more, and nobody's look at a patient is
    without a row in the audit trail.
    """
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS | Topic.READERS) as db:
        check_id = checks.insert(db, new, now)
        db.execute(
            "UPDATE readers SET phase = ?, changed_at = ? WHERE key = ?", [Phase.ASKING, to_text(now), key]
        )
        if looked is not None:
            action = "visit.sight" if looked.reason else "visit.face-confirmed"
            audit.insert(db, looked.by, action, check_id, now, looked.reason or "")
        return check_id
