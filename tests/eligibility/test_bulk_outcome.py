"""How urgent an answer is, and what differs from what was known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.eligibility.bulk_outcome import URGENCY_LABELS, Difference, Urgency, facts_of, outcome_of
from appliance.eligibility.message import Qualification
from appliance.eligibility.message_bulk import BulkConfirmUnit
from appliance.eligibility.night_window import NightWindow, seconds_left

ONE = Qualification(
    insurer_number="  139998",
    insurer_name="架空市",
    insured_card_symbol="架空１２",
    insured_identification_number="0012",
    insured_branch_number="01",
    name="髙橋　見本",
    insured_partial_contribution_ratio="030",
    insured_card_expiration_date="20270731",
)
UNIT = BulkConfirmUnit(
    processing_result_status="1", qualification_validity="1", result_of_qualification_confirmation=(ONE,)
)
KNOWN = facts_of(ONE)


@pytest.mark.parametrize(
    ("validity", "urgency"),
    [
        ("2", Urgency.INVALID),
        ("3", Urgency.NEWER_EXISTS),
        ("4", Urgency.NONE),
        ("5", Urgency.SEVERAL),
        ("6", Urgency.UNREGISTERED),
        ("1", Urgency.VALID),
        ("7", Urgency.FAILED),
        (None, Urgency.FAILED),
    ],
)
def test_each_validity_has_its_place(validity: str | None, urgency: Urgency) -> None:
    assert outcome_of(replace(UNIT, qualification_validity=validity), KNOWN).urgency is urgency


def test_the_order_of_the_morning() -> None:
    words = [URGENCY_LABELS[one] for one in sorted(Urgency)]
    assert [word for word in words if word in ("無効", "無効（新しい資格あり）", "該当なし", "複数該当", "変更あり", "有効")] == [
        "無効",
        "無効（新しい資格あり）",
        "該当なし",
        "複数該当",
        "変更あり",
        "有効",
    ]  # fmt: skip


def test_an_error_is_the_persons_own() -> None:
    refused = replace(
        UNIT, processing_result_status="2", processing_result_code="X1", processing_result_message="不備"
    )
    found = outcome_of(refused, {})
    assert (found.urgency, found.code, found.message) == (Urgency.FAILED, "X1", "不備")


@pytest.mark.parametrize(
    ("name", "before", "difference"),
    [
        ("ratio", "020", Difference("負担割合", "2割", "3割")),
        (
            "valid_until",
            "20260731",
            Difference("有効期限", "令和8年7月31日（2026/7/31）", "令和9年7月31日（2027/7/31）"),
        ),
        ("branch", "02", Difference("枝番", "02", "01")),
        ("number", "12", Difference("番号", "12", "0012")),
        ("insurer_number", "06139992", Difference("保険者番号", "06139992", "139998")),
    ],
)
def test_what_differs_stands_side_by_side(name: str, before: str, difference: Difference) -> None:
    found = outcome_of(UNIT, {**KNOWN, name: before})
    assert (found.urgency, found.differences) == (Urgency.CHANGED, (difference,))


@pytest.mark.parametrize(
    ("name", "before"),
    [("symbol", "架空12"), ("name", "●橋 見本"), ("name", "髙橋見本"), ("address", "どこか")],
)
def test_what_means_the_same_is_no_difference(name: str, before: str) -> None:
    assert outcome_of(UNIT, {**KNOWN, name: before}).differences == ()


def test_of_several_insurances_the_known_one_is_compared() -> None:
    other = replace(ONE, insurer_number="06139992", insured_branch_number="09")
    unit = replace(UNIT, result_of_qualification_confirmation=(other, ONE))
    assert outcome_of(unit, KNOWN).differences == ()


def test_a_limit_that_no_longer_holds_is_a_change() -> None:
    changed = replace(ONE, limit_application_certificate_changed="1")
    found = outcome_of(replace(UNIT, result_of_qualification_confirmation=(changed,)), KNOWN)
    assert (found.urgency, found.differences[0].label) == (Urgency.CHANGED, "限度額情報")


@pytest.mark.parametrize(
    ("opens", "closes", "hour", "is_open", "opening"),
    [
        ("20:00", "06:00", 19, False, 20),
        ("20:00", "06:00", 20, True, 20),
        ("20:00", "06:00", 5, True, 5),
        ("20:00", "06:00", 6, False, 20),
        ("01:00", "05:00", 23, False, 1),
        ("01:00", "05:00", 4, True, 4),
        ("00:00", "00:00", 12, True, 12),
    ],
)
def test_the_hours_of_the_night(opens: str, closes: str, hour: int, is_open: bool, opening: int) -> None:
    window = NightWindow.of(opens, closes)
    moment = datetime(2026, 11, 22, hour, 0, tzinfo=UTC)
    found = window.next_opening(moment)
    assert (window.holds(moment), found.hour) == (is_open, opening)
    assert found >= moment
    assert window.holds(found)


@pytest.mark.parametrize("text", ["8:00", "25:00", "", "20-00"])
def test_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        NightWindow.of(text, "06:00")


def test_the_rest_takes_as_long_as_what_was() -> None:
    assert seconds_left(0, 20, 50.0) is None
    assert seconds_left(5, 20, 50.0) == 150.0
