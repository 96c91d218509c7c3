"""The audit trail as AuditEvents."""

import json
from datetime import UTC, datetime

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.fhir.audit_event import audit_event
from tests.eligibility.test_message_round_trip import any_text

AT = datetime(2026, 5, 20, 0, 30, tzinfo=UTC)


def test_a_row_is_an_audit_event() -> None:
    made = audit_event(
        seq=7,
        at=AT,
        actor="reception",
        action="check-seen",
        subject="ab" * 16,
        detail="",
        institution_code="1399999996",
    )
    assert json.loads(AuditEvent.model_validate(made).model_dump_json(exclude_none=True)) == made
    assert made["recorded"] == "2026-05-20T09:30:00+09:00"
    assert made["type"]["code"] == "check-seen"
    assert made["agent"][0]["who"]["identifier"]["value"] == "reception"
    assert made["entity"] == [
        {"what": {"identifier": {"system": "urn:madoguchi:1:audit-subject", "value": "ab" * 16}}}
    ]


words = st.from_regex(r"[a-z]+(-[a-z]+)*", fullmatch=True)


@given(seq=st.integers(1, 10**12), actor=words, action=words, subject=any_text, detail=any_text)
def test_whatever_a_row_says_the_model_library_takes_it(
    seq: int, actor: str, action: str, subject: str, detail: str
) -> None:
    made = audit_event(
        seq=seq,
        at=AT,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
        institution_code="1399999996",
    )
    given_back = AuditEvent.model_validate(made).model_dump_json(exclude_none=True)
    assert json.loads(given_back) == made


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        audit_event(
            seq=1,
            at=AT.replace(tzinfo=None),
            actor="a",
            action="b",
            subject="",
            detail="",
            institution_code="1399999996",
        )
