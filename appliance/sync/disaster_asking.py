"""What the asker does differently for a question of 災害時モード: opened just before it goes out, now or never, and sealed."""

from dataclasses import replace
from datetime import datetime

from appliance.eligibility.trouble import Trouble
from appliance.ledger import disaster_searches
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.disaster_forgetting import ANSWERED_WITHIN
from appliance.sync.answers import Verdict


def to_ask(ledger: Ledger, check: Check, now: datetime) -> Check:
    """`check` as it can be made a question of; any other than a disaster search as it is.

    Raises `Trouble` DISASTER-004 for one that was put off or has lain too long: nobody may be looked up unnoticed once the
    line is back. DISASTER-005 when it is forgotten.
    """
    if not check.family.is_disaster:
        return check
    if check.deferred or check.tries > 1 or not (now - check.received_at < ANSWERED_WITHIN):
        raise Trouble("DISASTER-004")
    return disaster_searches.question(ledger, check)


def to_keep(ledger: Ledger, check: Check, verdict: Verdict) -> Verdict:
    """`verdict` as it may be written down."""
    if not check.family.is_disaster:
        return verdict
    return replace(verdict, xml=disaster_searches.sealed_answer(ledger, check, verdict.xml))
