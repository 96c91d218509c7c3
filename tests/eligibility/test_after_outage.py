"""What a late answer means for who was received without it."""

from datetime import date
from typing import Any

import pytest

from appliance.eligibility.after_outage import Assumed, Finding, Reason, compare
from appliance.eligibility.message import ElderlyRecipientCertificate, Qualification, ResultBody
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.packaged_book import packaged_book

DAY = date(2026, 11, 20)
KNOWN = {"insurer_number": "06139992", "symbol": "12", "number": "345", "branch": "00", "ratio": "030"}
ADULT, CHILD, SEVENTY_TWO, EIGHTY = "19800217", "20220401", "19541001", "19460101"


def one(birthdate: str = ADULT, **changes: Any) -> Qualification:
    values: dict[str, Any] = {
        "insurer_number": "06139992",
        "insured_card_symbol": "12",
        "insured_identification_number": "345",
        "insured_branch_number": "00",
    } | changes
    return Qualification(birthdate=birthdate, **values)


def found(assumed: Assumed, *answers: Qualification, validity: str = "1") -> Finding | None:
    body = ResultBody(qualification_validity=validity, result_list=answers)
    return compare(packaged_book(), assumed, body, DAY)


def charged(percent: int, by: ClaimBy = ClaimBy.CURRENT) -> Assumed:
    return Assumed(by, percent)


@pytest.mark.parametrize(
    "assumed",
    [
        Assumed(),
        charged(30),
        Assumed(ClaimBy.CURRENT),
        Assumed(known=KNOWN),
        Assumed(ClaimBy.CURRENT, 30, KNOWN),
    ],
)
def test_who_was_received_rightly_is_nobodys_task(assumed: Assumed) -> None:
    assert found(assumed, one()) is None


@pytest.mark.parametrize("validity", ["2", "3", "4", "5", "", "X"])
def test_who_was_taken_for_insured_and_is_not(validity: str) -> None:
    finding = found(charged(30), validity=validity)
    assert finding is not None
    assert (finding.reason, finding.validity, finding.before) == (Reason.INVALID, validity, 30)
    assert found(Assumed(), validity=validity) is not None
    assert compare(packaged_book(), Assumed(), None, DAY) is not None


@pytest.mark.parametrize("by", [ClaimBy.FORMER, ClaimBy.UNKNOWN, ClaimBy.NOT_YET])
def test_who_was_received_without_an_insurance_and_has_none_is_as_before(by: ClaimBy) -> None:
    assert found(Assumed(by, 30), validity="4") is None


@pytest.mark.parametrize(
    ("assumed", "answer", "before", "after", "is_refund"),
    [
        (charged(30), one(CHILD), 30, 20, True),
        (charged(20), one(), 20, 30, False),
        (charged(100, ClaimBy.NOT_YET), one(), 100, 30, True),
        (Assumed(ClaimBy.NOT_YET), one(), 100, 30, True),
        (charged(20), one(SEVENTY_TWO, insured_partial_contribution_ratio="030"), 20, 30, False),
        (charged(30), one(EIGHTY, insured_partial_contribution_ratio="010"), 30, 10, True),
        (charged(30), one(insured_card_classification="A1"), 30, 0, True),
        (Assumed(known=KNOWN), one(insured_partial_contribution_ratio="020"), 30, 20, True),
        (Assumed(ClaimBy.CURRENT, None, KNOWN), one(insured_partial_contribution_ratio="020"), 30, 20, True),
    ],
)
def test_another_share_is_money(
    assumed: Assumed, answer: Qualification, before: int, after: int, is_refund: bool
) -> None:
    finding = found(assumed, answer)
    assert finding is not None
    assert (finding.reason, finding.before, finding.after) == (Reason.CHARGE, before, after)
    assert finding.is_refund is is_refund


def test_the_certificate_of_the_seventies_counts_before_the_card() -> None:
    elderly = ElderlyRecipientCertificate(elderly_recipient_contribution_ratio="020")
    answer = Qualification(birthdate=SEVENTY_TWO, elderly_recipient_certificate_info=elderly)
    finding = found(charged(30), answer)
    assert finding is not None
    assert (finding.before, finding.after) == (30, 20)


def test_a_share_that_nobody_says_is_not_guessed() -> None:
    assert found(charged(20), one(SEVENTY_TWO)) is None
    assert found(charged(20), one(birthdate="")) is None
    assert found(Assumed(known=KNOWN | {"ratio": "x"}), one()) is None


def test_another_insurer_is_told_with_all_its_numbers() -> None:
    answer = one(insurer_number="39139993", insured_identification_number="777")
    finding = found(Assumed(ClaimBy.CURRENT, 30, KNOWN), answer)
    assert finding is not None
    assert finding.reason is Reason.INSURER
    assert [(row.label, row.before, row.after) for row in finding.differences] == [
        ("保険者番号", "06139992", "39139993"),
        ("番号", "345", "777"),
    ]
    assert finding.is_refund is None


def test_of_several_insurances_that_of_the_known_insurer_is_compared() -> None:
    other = one(CHILD, insurer_number="39139993")
    assert found(Assumed(ClaimBy.CURRENT, 30, KNOWN), other, one()) is None


@pytest.mark.parametrize("by", [ClaimBy.FORMER, ClaimBy.UNKNOWN])
def test_who_was_to_be_claimed_otherwise_can_now_be_claimed_by_the_insurance(by: ClaimBy) -> None:
    finding = found(Assumed(by, 30), one())
    assert finding is not None
    assert (finding.reason, finding.before, finding.after) == (Reason.FOUND, 30, 30)


def test_a_ratio_that_the_age_does_not_allow_is_asked_about() -> None:
    finding = found(charged(30), one(insured_partial_contribution_ratio="010"))
    assert finding is not None
    assert finding.reason is Reason.CHARGE
    assert "1割" in finding.question
    assert "保険者" in finding.question
