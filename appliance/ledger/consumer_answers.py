"""What a consumer is told of its requests, as JSON; the same over MQTT and over HTTP.

`contract/schema/answer.schema.json` and `outcome.schema.json` describe them; tests hold the two together.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from appliance.eligibility import message_xml
from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.codes import ProcessingResultStatus
from appliance.eligibility.consumer_requests import Hint, Operation
from appliance.eligibility.message_reference import ReferenceResultMessage
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.consumer_requests import Outcome, Refused, Repeated
from appliance.ledger.consumer_standing import DeadLetter, Standing
from appliance.ledger.deliveries import Delivery
from appliance.ledger.times import to_text

SCHEMA = "urn:madoguchi:1:"


def answer(outcome: Outcome) -> dict[str, Any]:
    """`answer`: what became of a request."""
    if isinstance(outcome, Refused):
        trouble = {**trouble_as_json(outcome.trouble), "member": outcome.member}
        return _answer(outcome.request_id, None, trouble=trouble)
    return _answer(
        outcome.standing.request_id,
        outcome.standing,
        accepted=True,
        repeated=isinstance(outcome, Repeated),
        hints=outcome.request.hints,
    )


def stands(request_id: str, standing: Standing | None) -> dict[str, Any]:
    """`answer` to the question how a request stands; it is accepted when there is such a request."""
    if standing is None:
        return answer(Refused(request_id, Trouble("REQUEST-006"), "request_id"))
    return _answer(request_id, standing, accepted=True, repeated=True)


def letters(request_id: str, found: Iterable[DeadLetter]) -> dict[str, Any]:
    """`answer` with the consumer's dead letters."""
    said = _answer(request_id, None, accepted=True)
    return {
        **said,
        "operation": Operation.DEAD_LETTERS,
        "dead_letters": [letter_as_json(one) for one in found],
    }


def letter_as_json(one: DeadLetter) -> dict[str, Any]:
    """One dead letter."""
    entry = CATALOGUE[one.trouble_code]
    return {
        "delivery_id": one.delivery_id,
        "check_id": one.check_id,
        "request_id": one.request_id,
        "given_up_at": to_text(one.given_up_at),
        "trouble_code": entry.code,
        "title": entry.title,
        "advice": entry.reception,
        "reason_code": one.reason_code,
    }


def trouble_as_json(trouble: Trouble) -> dict[str, Any]:
    """A trouble with its advice, without any value of the request."""
    return _told(trouble.entry, trouble.detail)


def _told(entry: Entry, detail: str = "") -> dict[str, Any]:
    return {
        "code": entry.code,
        "title": entry.title,
        "detail": detail,
        "advice": entry.reception,
        "retryable": entry.retryable,
    }


def _answer(
    request_id: str | None,
    standing: Standing | None,
    *,
    accepted: bool = False,
    repeated: bool = False,
    trouble: dict[str, Any] | None = None,
    hints: Iterable[Hint] = (),
) -> dict[str, Any]:
    return {
        "schema": SCHEMA + "answer",
        "request_id": request_id,
        "operation": standing.operation if standing else None,
        "accepted": accepted,
        "repeated": repeated,
        "taken_at": to_text(standing.taken_at) if standing else None,
        "check_id": standing.check_id if standing else None,
        "state": standing.state if standing else None,
        "answered_at": _moment(standing.answered_at) if standing else None,
        "trouble_code": standing.trouble_code if standing else None,
        "delivery_id": standing.delivery_id if standing else None,
        "delivery_state": standing.delivery_state if standing else None,
        "count": standing.count if standing else None,
        "next_cursor": standing.next_cursor if standing else None,
        "more": standing.more if standing else False,
        "hints": [{"member": one.member, "text": one.text} for one in hints],
        "dead_letters": None,
        "trouble": trouble,
    }


def is_outcome(delivery: Delivery, check: Check) -> bool:
    """Whether what is owed is the word how a request ended, in place of an eligibility result."""
    return delivery.refusal is not None or check.family is Family.REFERENCE


def outcome(delivery: Delivery, check: Check) -> dict[str, Any]:
    """`outcome`: a number that was registered or not, a check that was given up or withdrawn.

    Raises `Trouble` CENTER-002 when the stored answer cannot be read.
    """
    code = delivery.refusal or check.trouble_code
    return {
        "schema": SCHEMA + "outcome",
        "delivery_id": delivery.id,
        "request_id": delivery.request_id,
        "check_id": check.id,
        "operation": Operation.REGISTER if check.family is Family.REFERENCE else Operation.CHECK,
        "attempt": delivery.tries + 1,
        "replayed": delivery.replayed,
        "institution_code": check.institution_code,
        "received_at": to_text(check.received_at),
        "answered_at": _moment(check.answered_at) if delivery.refusal is None else None,
        "state": check.state if delivery.refusal is None else _ended(delivery.refusal),
        "trouble": _told(CATALOGUE[code]) if code else None,
        "registration": None if delivery.refusal else _registration(check),
    }


def _ended(refusal: str) -> CheckState:
    return CheckState.WITHDRAWN if refusal == "REQUEST-009" else CheckState.REFUSED


def _registration(check: Check) -> dict[str, Any] | None:
    """What the center said of the number; None when it refused the question as such."""
    if check.state is not CheckState.ANSWERED or check.result_xml is None:
        return None
    try:
        body = message_xml.read_as(ReferenceResultMessage, check.result_xml).message_body
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    return {
        "registered": body.processing_result_status == ProcessingResultStatus.NORMAL,
        "processing_result_status": body.processing_result_status,
        "processing_result_code": body.processing_result_code,
        "processing_result_message": body.processing_result_message,
    }


def _moment(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None
