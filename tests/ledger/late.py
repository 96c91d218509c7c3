"""Checks of numbers that wait for the line, and late answers to them."""

from datetime import datetime

from appliance.eligibility import message_xml
from appliance.eligibility.message import (
    Qualification,
    RequestBody,
    RequestHeader,
    RequestMessage,
    ResultBody,
    ResultHeader,
    ResultMessage,
    SearchInfo,
)
from appliance.ledger import checks, follow_ups, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from tests.ledger.desk import LEASE, NOW

VALID, INVALID, NONE = "1", "2", "4"


def asked(number: str = "345", day: str = "20260401") -> NewCheck:
    """A check typed from a document."""
    search = SearchInfo(
        insurer_number="06139992",
        insured_card_symbol="12",
        insured_identification_number=number,
        insured_branch_number="00",
        birthdate="19800217",
    )
    message = RequestMessage(
        message_header=RequestHeader(qualification_confirmation_date=day),
        message_body=RequestBody(qualification_confirm_search_info=search),
    )
    return NewCheck(
        origin=Origin.MANUAL, institution_code="1319999999", request_xml=message_xml.write(message)
    )


def insurance(ratio: str = "030", insurer: str = "06139992", number: str = "345") -> Qualification:
    """What the center says of that person."""
    return Qualification(
        insurer_number=insurer,
        insured_card_symbol="12",
        insured_identification_number=number,
        insured_branch_number="00",
        insured_partial_contribution_ratio=ratio,
        birthdate="19800217",
    )


def put_off(ledger: Ledger, number: str = "345", now: datetime = NOW) -> str:
    """A check that was asked in vain and waits; its id."""
    check_id = checks.open_check(ledger, asked(number), now)
    claimed = checks.claim(ledger, "me", now, LEASE)
    assert claimed is not None
    assert claimed.id == check_id
    assert checks.put_back(ledger, check_id, "me", "LINE-001", "", now)
    return check_id


def again(ledger: Ledger, of: str, number: str = "345", now: datetime = NOW) -> str:
    """A later check about the same patient; its id."""
    return follow_ups.open_after(ledger, asked(number), of, now)


def answer(
    ledger: Ledger,
    check_id: str,
    validity: str = VALID,
    *found: Qualification,
    refusal: str | None = None,
    now: datetime = NOW,
) -> bool:
    """The center's answer to an open check; whether it counted."""
    message = ResultMessage(
        message_header=ResultHeader(segment_of_result="1"),
        message_body=ResultBody(qualification_validity=validity, result_list=found),
    )
    return results.record(
        ledger,
        check_id,
        None,
        xml=message_xml.write(message),
        qualification_validity=validity,
        refusal=refusal,
        now=now,
    )
