"""The manual form: what is an error, what is a warning, and what the check then asks."""

import json
from datetime import date
from typing import Any

import pytest

from appliance.eligibility import message_xml
from appliance.eligibility.documents import Document
from appliance.eligibility.message import SearchInfo
from appliance.ledger import audit, checks
from appliance.ledger.checks import Check, Origin
from appliance.web.reception import manual
from tests.web.desk_world import CODE, Client, Desk

TODAY = date(2026, 11, 22)
GOOD = {
    "insurer_number": "06139992",
    "symbol": "１２－３",
    "number": "0045",
    "branch": "01",
    "birthdate": "S54.3.5",
}
WRONG_DIGIT = "検証番号が合いません。1桁ちがいがないかお確かめください。"
SLIPS = ("5桁目は 9 ではなく 4 ではありませんか。", "6桁目は 9 ではなく 8 ではありませんか。")
"""Digits that are easily misread for each other, of which one would make the number right."""


def judge(**changes: str) -> manual.Findings:
    return manual.judge(manual.read(GOOD | changes), TODAY)


def opened(desk: Desk, answer: Any) -> Check:
    assert answer.status_code == 201
    check = checks.find(desk.ledger, answer.json["id"])
    assert check is not None
    return check


def test_what_is_right_is_neither_error_nor_warning() -> None:
    assert judge() == manual.Findings({}, {}, "昭和54年3月5日（1979/3/5）・47歳")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("insurer_number", ""),
        ("insurer_number", "1234567"),
        ("insurer_number", "0613999x"),
        ("number", ""),
        ("branch", "1"),
        ("branch", "1a"),
        ("birthdate", ""),
        ("birthdate", "昭和64年1月8日"),
        ("birthdate", "きのう"),
        ("birthdate", "20261123"),
        ("birthdate", "M6.1.1"),
        ("number", "123456789018"),
        ("symbol", "１２３４ ５６７８ ９０１８"),
    ],
)
def test_errors_stop(field: str, typed: str) -> None:
    assert set(judge(**{field: typed}).errors) == {field}


@pytest.mark.parametrize("typed", ["昭和54年3月5日", "3540305", "19790305", "Ｓ５４．３．５", "1979-03-05"])
def test_a_birth_date_may_be_typed_in_many_ways(typed: str) -> None:
    assert judge(birthdate=typed).echo == "昭和54年3月5日（1979/3/5）・47歳"


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        ({"insurer_number": "06139993"}, (WRONG_DIGIT, *SLIPS)),
        ({"insurer_number": "０６１３９９９３"}, (WRONG_DIGIT, *SLIPS)),
        ({"insurer_number": "39139993"}, ("後期高齢者の書類に記号はありません。",)),
    ],
)
def test_warnings_do_not_stop(changes: dict[str, str], warnings: tuple[str, ...]) -> None:
    findings = judge(**changes)
    assert findings.errors == {}
    assert findings.all_warnings == warnings


def test_warnings_while_typing(client: Client) -> None:
    answer = client.post("/reception/manual/warnings", {"insurer_number": "06139993", "birthdate": "3540305"})
    assert answer.json["warnings"] == {"insurer_number": [WRONG_DIGIT, *SLIPS]}
    assert set(answer.json["errors"]) == {"number"}
    assert answer.json["echo"].startswith("昭和54年3月5日")


def test_a_check_asks_what_was_typed_as_the_interface_wants_it(desk: Desk, client: Client) -> None:
    form = GOOD | {"insurer_number": "１３９９９８", "limit_consent": "1", "document": "notice"}
    check = opened(desk, client.post("/reception/manual", form))
    assert (check.origin, check.document) == (Origin.MANUAL, Document.NOTICE)
    assert check.request_xml is not None
    request = message_xml.read_request(check.request_xml)
    assert request.message_header.medical_institution_code == CODE
    assert request.message_header.arbitrary_file_identifier
    assert request.message_body.qualification_confirm_search_info == SearchInfo(
        insurer_number="  139998",
        insured_card_symbol="１２－３",
        insured_identification_number="0045",
        insured_branch_number="01",
        birthdate="19790305",
        limit_application_certificate_related_cons_flg="1",
    )


def test_empty_symbol_and_branch_are_left_out(desk: Desk, client: Client) -> None:
    check = opened(desk, client.post("/reception/manual", GOOD | {"symbol": " ", "branch": ""}))
    assert check.request_xml is not None
    assert b"InsuredCardSymbol" not in check.request_xml
    assert b"InsuredBranchNumber" not in check.request_xml


def test_a_warning_must_have_been_on_the_screen(desk: Desk, client: Client) -> None:
    form = GOOD | {"insurer_number": "06139993"}
    refused = client.post("/reception/manual", form)
    assert refused.status_code == 422
    assert refused.json["warnings"] == {"insurer_number": [WRONG_DIGIT, *SLIPS]}
    assert checks.recent(desk.ledger, 5) == ()
    opened(desk, client.post("/reception/manual", form | {"shown": json.dumps([WRONG_DIGIT, *SLIPS])}))
    assert audit.latest(desk.ledger, 1)[0].detail == "warnings-overridden"


@pytest.mark.parametrize("shown", ["", "{", "7", '{"a": 1}', "[1]"])
def test_nonsense_about_warnings_is_no_override(client: Client, shown: str) -> None:
    form = GOOD | {"insurer_number": "06139993", "shown": shown}
    assert client.post("/reception/manual", form).status_code == 422


def test_an_error_cannot_be_overridden(desk: Desk, client: Client) -> None:
    answer = client.post(
        "/reception/manual", GOOD | {"birthdate": "", "shown": '["生年月日を入力してください。"]'}
    )
    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "INPUT-001"
    assert checks.recent(desk.ledger, 5) == ()


def test_the_audit_trail_names_the_check_and_not_the_patient(desk: Desk, client: Client) -> None:
    check = opened(desk, client.post("/reception/manual", GOOD))
    row = audit.latest(desk.ledger, 1)[0]
    assert (row.actor, row.action, row.subject, row.detail) == ("reception", "manual-check", check.id, "")


def test_an_earlier_check_can_be_put_right(desk: Desk, client: Client) -> None:
    check_id = opened(desk, client.post("/reception/manual", GOOD | {"document": "portal"})).id
    page = client.get(f"/reception/manual?from={check_id}").text
    for text in ('value="06139992"', 'value="１２－３"', 'value="昭和54年3月5日"', 'value="portal"'):
        assert text in page
    assert "selected>マイナポータルの画面" in page


def test_nothing_is_put_right_of_a_check_that_nobody_knows(client: Client) -> None:
    assert client.get("/reception/manual?from=nobody").status_code == 404
