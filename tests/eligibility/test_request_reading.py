"""Requests of consumers as JSON: strict in shape, lenient in values, and no error repeats what was sent."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.eligibility.consumer_requests import (
    MOST_BYTES,
    AskCheck,
    AskMedical,
    Behind,
    Cancel,
    DeadLetters,
    Operation,
    Reader,
    Register,
    Replay,
    Request,
    Resend,
    Since,
    Stand,
    UnfitTrouble,
    opened,
)
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book

TODAY = date(2026, 4, 1)
READER = Reader(TODAY, laws(packaged_book(), LawSide.INSURER, TODAY))
ID = "7c45b46c7e48a7f34158f59fb95c51f3"
NUMBERS = {"insurer_number": "06139992", "symbol": "架空１２", "number": "3456", "branch": "01"}


def asked(operation: str = "check", **members: Any) -> dict[str, Any]:
    return {"operation": operation, "request_id": "r-1", **members}


def check(**members: Any) -> dict[str, Any]:
    return asked(**{**NUMBERS, "birthdate": "19790305", **members})


def refused(values: dict[str, Any]) -> UnfitTrouble:
    with pytest.raises(UnfitTrouble) as caught:
        READER.read(values)
    return caught.value


def test_each_operation_becomes_its_own_class() -> None:
    found: list[tuple[dict[str, Any], type[Request]]] = [
        (check(), AskCheck),
        (asked("register", patient="000777", **NUMBERS), Register),
        (asked("medical", check_id=ID, ask="records"), AskMedical),
        (asked("resend", delivery_id=ID), Resend),
        (asked("replay", since="2026-03-01T09:00:00+09:00"), Replay),
        (asked("cancel", of="r-0"), Cancel),
        (asked("stand"), Stand),
        (asked("dead-letters"), DeadLetters),
    ]
    assert [type(READER.read(values)) for values, _ in found] == [kind for _, kind in found]
    assert {values["operation"] for values, _ in found} == set(Operation)


def test_values_are_read_as_leniently_as_on_the_pages() -> None:
    sent = check(insurer_number="６１３９９９２", branch="１", birthdate="昭和54年3月5日", day="R8.3.31")
    read = READER.read(sent)
    assert isinstance(read, AskCheck)
    assert (read.person.insurer_number, read.person.branch) == ("06139992", "01")
    assert (read.person.birthdate, read.day) == ("19790305", date(2026, 3, 31))
    assert [one.member for one in read.hints] == ["insurer_number"]


def test_the_rest_of_each_operation() -> None:
    medical = READER.read(asked("medical", check_id=ID, ask="checkups"))
    assert isinstance(medical, AskMedical)
    assert (medical.check_id, medical.ask) == (ID, Ask.CHECKUPS)
    replay = READER.read(asked("replay", since="2026-03-01T09:00:00.5+09:00"))
    assert isinstance(replay, Replay)
    assert replay.after == Since("2026-03-01T00:00:00.500Z")
    again = READER.read(asked("replay", cursor=f"2026-03-01T00:00:00.500Z~{ID}"))
    assert isinstance(again, Replay)
    assert again.after == Behind("2026-03-01T00:00:00.500Z", ID)
    counted = READER.read(asked("replay", cursor="@17"))
    assert isinstance(counted, Replay)
    assert counted.after == 17


def test_another_body_has_another_digest_and_the_order_of_members_does_not_matter() -> None:
    one = READER.read(check())
    assert READER.read(dict(reversed(check().items()))).digest == one.digest
    assert READER.read(check(branch="02")).digest != one.digest


UNFIT: list[tuple[dict[str, Any], str, str | None]] = [
    (check(request_id="患者1"), "REQUEST-001", "request_id"),
    (check(operation="chek"), "REQUEST-001", "operation"),
    (check(operation=["check"]), "REQUEST-001", "operation"),
    (check(brnch="01"), "REQUEST-001", "brnch"),
    (check(**{"見本 花子": "x"}), "REQUEST-001", None),
    (check(number=3456), "REQUEST-001", "number"),
    (check(limit_consent="はい、そうです"), "REQUEST-001", "limit_consent"),
    (check(institution_code="12"), "REQUEST-001", "institution_code"),
    (check(birthdate="いつか"), "REQUEST-002", "birthdate"),
    (check(birthdate=""), "REQUEST-002", "birthdate"),
    (check(day="20260402"), "REQUEST-002", "day"),
    (check(day="19990101"), "REQUEST-002", "day"),
    (check(symbol="\ud800"), "REQUEST-002", "symbol"),
    (check(symbol="a\x00"), "REQUEST-002", "symbol"),
    (check(symbol="あ" * 201), "REQUEST-002", "symbol"),
    (check(number="123456789018"), "INPUT-007", "number"),
    (asked("register", **NUMBERS), "REQUEST-002", "patient"),
    (asked("register", patient="７", birthdate="19790305", **NUMBERS), "REQUEST-001", "birthdate"),
    (asked("medical", check_id="1", ask="records"), "REQUEST-001", "check_id"),
    (asked("medical", check_id=ID, ask="all"), "REQUEST-001", "ask"),
    (asked("resend"), "REQUEST-001", None),
    (asked("resend", delivery_id=ID, check_id=ID), "REQUEST-001", None),
    (asked("replay"), "REQUEST-001", None),
    (asked("replay", since="yesterday"), "REQUEST-002", "since"),
    (asked("replay", since="2026-03-01T09:00:00"), "REQUEST-002", "since"),
    (asked("replay", since="0001-01-01T00:00:00+14:00"), "REQUEST-002", "since"),
    (asked("replay", cursor="1"), "REQUEST-001", "cursor"),
    (asked("cancel", of=""), "REQUEST-001", "of"),
    (asked("stand", of="r-0"), "REQUEST-001", "of"),
]


@pytest.mark.parametrize(("values", "code", "member"), UNFIT)
def test_what_is_no_good_is_named_and_not_quoted(
    values: dict[str, Any], code: str, member: str | None
) -> None:
    trouble = refused(values)
    assert (trouble.code, trouble.member) == (code, member)
    sent = [value for name, value in values.items() if name not in ("operation", "request_id") and value]
    assert not any(isinstance(one, str) and len(one) > 2 and one in str(trouble) for one in sent)


@pytest.mark.parametrize(
    "payload",
    [b"", b"[", b"[]", b"\xff\xfe", b'{"request_id": ' + b"[" * 9000, b"1" * 5000, b" " * (MOST_BYTES + 1)],
)
def test_a_payload_without_an_object_is_refused(payload: bytes) -> None:
    with pytest.raises(UnfitTrouble, match="REQUEST-001"):
        opened(payload)


NAMES = ["insurer_number", "symbol", "number", "symbol_and_number", "branch", "birthdate", "day", "patient"]
NAMES += ["check_id", "delivery_id", "ask", "since", "cursor", "of", "limit_consent", "institution_code"]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["06139992", "3456", "19790305", "S54.3.5", ID, "records", "2026-03-01T09:00:00Z", "1-2"]
    ),
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.lists(st.text(max_size=2), max_size=2),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(Operation)), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
def test_whatever_is_sent_is_read_or_refused(operation: Operation, members: dict[str, Any]) -> None:
    values = opened(json.dumps(asked(operation, **members)).encode())
    try:
        assert READER.read(values).operation is operation
    except UnfitTrouble as trouble:
        assert trouble.entry.reception  # noqa: PT017 - either is right, nothing else is
