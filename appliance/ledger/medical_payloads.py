"""`consumer/<name>/medical`: the answer to a question after medical information, as far and as long as the patient agreed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from appliance.eligibility import medical_questions as messages
from appliance.eligibility.medical_access import ITEM_LABELS, Item
from appliance.eligibility.medical_agreed import agreed_records
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.message_json import block_as_json
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, medical_patients, medical_questions
from appliance.ledger.checks import OPEN_STATES, Check
from appliance.ledger.database import Ledger
from appliance.ledger.medical_questions import Question
from appliance.ledger.notices import Notice
from appliance.ledger.times import to_text

_FAMILIES = {Ask.RECORDS: "YZKsiquc01res", Ask.CHECKUPS: "TKKsiquc01res"}


@dataclass(frozen=True)
class Handed:
    """A message; `of` is the patient's check and `until` when its content ends, both None for one without content."""

    message: dict[str, Any] = field(repr=False)
    of: str | None = None
    until: datetime | None = None
    said: str = ""
    """What is in it, for the audit trail."""


def medical_notice(ledger: Ledger, notice: Notice, institution_code: str, now: datetime) -> Handed | None:
    """The answer with what the patient has agreed to and `now` still agrees to; `expired` and empty after that.

    None while there is no answer.

    Raises `Trouble` CENTER-002 when the stored answer cannot be read.
    """
    frame = {
        "schema": "urn:madoguchi:1:medical",
        "delivery_id": notice.id,
        "attempt": notice.tries + 1,
        "institution_code": institution_code,
    }
    question = medical_questions.find(ledger, notice.subject)
    try:
        access = medical_patients.find(ledger, question.of, now).access if question else None
    except Trouble:
        access = None
    items = (
        tuple(one for one in access.open_at(now) if one in question.ask.items) if access and question else ()
    )
    check = checks.find(ledger, question.check_id) if question else None
    if access is None or question is None or check is None or not items:
        return Handed({**frame, "state": "expired", **_NOTHING})
    if check.state in OPEN_STATES:
        return None
    until = access.until(items, now)
    try:
        told = _told(ledger, question, check, items)
    except Trouble as trouble:
        if medical_questions.find(ledger, question.id) is None:
            return Handed({**frame, "state": "expired", **_NOTHING})
        raise Trouble("CENTER-002", trouble.code) from trouble
    message = {
        **frame,
        "institution_code": check.institution_code,
        "state": "given",
        **_NOTHING,
        "check_id": question.of,
        "ask": question.ask,
        "family": _FAMILIES[question.ask],
        "items": [{"item": one, "label": ITEM_LABELS[one]} for one in items],
        "answered_at": to_text(check.answered_at) if check.answered_at else None,
        "consent_until": to_text(until),
        **told,
    }
    return Handed(message, question.of, until, f"{question.ask} {' '.join(items)}")


_NOTHING: dict[str, Any] = {
    "check_id": None,
    "ask": None,
    "family": None,
    "items": [],
    "answered_at": None,
    "consent_until": None,
    "trouble_code": None,
    "message": "",
    "header": {},
    "body": {},
}


def _told(ledger: Ledger, question: Question, check: Check, items: tuple[Item, ...]) -> dict[str, Any]:
    if check.result_xml is None or (check.trouble_code or "").startswith("MEDICAL-"):
        return {"state": "none", "trouble_code": check.trouble_code}
    try:
        return _content(medical_questions.answer(ledger, question, check), question.ask, items)
    except Trouble as trouble:
        if trouble.code != "MEDICAL-002":
            raise
        return {"state": "none", "trouble_code": trouble.code, "message": trouble.detail}


def _content(xml: bytes, ask: Ask, items: tuple[Item, ...]) -> dict[str, Any]:
    if ask is Ask.CHECKUPS:
        checkups = messages.read_checkup_message(xml)
        return {
            "header": block_as_json(checkups.message_header),
            "body": block_as_json(checkups.message_body),
        }
    records = messages.read_record_message(xml)
    return {
        "header": block_as_json(records.message_header),
        "body": block_as_json(agreed_records(records.message_body, items)),
    }
