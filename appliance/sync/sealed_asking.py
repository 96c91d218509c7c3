"""What the asker does differently for a question that lies sealed: opened just before it goes out, its answer sealed again.

A search of 災害時モード is asked now or never; what the clinical viewer wants waits for the line, as long as the consent lasts.
"""

from dataclasses import replace
from datetime import datetime

from appliance.eligibility.trouble import Trouble
from appliance.ledger import disaster_searches, medical_questions
from appliance.ledger.checks import Check, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.disaster_forgetting import ANSWERED_WITHIN
from appliance.sync.answers import Verdict


def to_ask(ledger: Ledger, check: Check, now: datetime) -> Check:
    """`check` as it can be made a question of; one that is not sealed as it is.

    Raises `Trouble`: DISASTER-004 for a search that was put off or has lain too long, because nobody may be looked up
    unnoticed once the line is back; DISASTER-005 when it is forgotten; MEDICAL-001 when the patient's consent is over.
    """
    if check.origin is Origin.VIEWER:
        return medical_questions.readable(ledger, check, now)
    if not check.family.is_disaster:
        return check
    if check.deferred or check.tries > 1 or not (now - check.received_at < ANSWERED_WITHIN):
        raise Trouble("DISASTER-004")
    return disaster_searches.question(ledger, check)


def to_keep(ledger: Ledger, check: Check, verdict: Verdict) -> Verdict:
    """`verdict` as it may be written down."""
    if check.origin is Origin.VIEWER:
        return replace(verdict, xml=medical_questions.sealed_answer(ledger, check, verdict.xml))
    if not check.family.is_disaster:
        return verdict
    return replace(verdict, xml=disaster_searches.sealed_answer(ledger, check, verdict.xml))
