"""Drugs, treatments and checkups as rows: each drug once, newest first, nothing lost."""

from appliance.eligibility.message_drugs import (
    ClaimedDay,
    ClaimedDrug,
    ClaimedMonth,
    DispensedDay,
    DispensedDrug,
    DispensedMonth,
    DrugBody,
    PrescribedDay,
    PrescribedDrug,
    PrescribedMonth,
    Treatment,
)
from appliance.eligibility.message_medical import Checkup, CheckupBody, CheckupItem
from appliance.web.disaster import tables


def claimed(day: str | None, code: str) -> ClaimedMonth:
    drug = ClaimedDrug(drug_c=code, drug_n=f"claimed {code}", qua1="2", unit="錠", times="28")
    found = ClaimedDay(di_date=day, drug_infs=(drug,), me_tr_infs=(Treatment(sin_inf_n="再診料"),))
    return ClaimedMonth(me_tr_month="202610", in_out="1", me_tr_di_h_nm="薬局", di_date_infs=(found,))


def dispensed(day: str, code: str) -> DispensedMonth:
    drug = DispensedDrug(cz_drug_c=code, cz_drug_n=f"dispensed {code}")
    return DispensedMonth(cz_di_date_infs=(DispensedDay(cz_di_date=day, cz_drug_infs=(drug,)),))


def prescribed(day: str, code: str) -> PrescribedMonth:
    drug = PrescribedDrug(sh_drug_c=code, sh_drug_n=f"prescribed {code}")
    return PrescribedMonth(sh_pr_date_infs=(PrescribedDay(sh_pr_date=day, sh_drug_infs=(drug,)),))


def test_claims_come_before_dispensing_and_that_before_prescribing() -> None:
    body = DrugBody(
        me_tr_month_inf=(claimed("20261005", "1"),),
        cz_di_inf=(dispensed("20261005", "1"), dispensed("20261005", "2")),
        sh_pr_inf=(prescribed("20261005", "2"), prescribed("20261101", "1")),
    )
    assert [(one.day, one.name) for one in tables.drugs(body)] == [
        ("2026/11/01", "prescribed 1"),
        ("2026/10/05", "claimed 1"),
        ("2026/10/05", "dispensed 2"),
    ]


def test_a_row_says_amount_days_and_place_and_a_month_stands_for_a_missing_day() -> None:
    (one,) = tables.drugs(DrugBody(me_tr_month_inf=(claimed(None, "1"),)))
    assert (one.day, one.amount, one.times, one.where) == ("2026/10", "2錠", "28", "薬局")
    assert one.source == "レセプト・入院"


def test_a_strange_day_is_shown_as_it_came() -> None:
    (one,) = tables.drugs(DrugBody(cz_di_inf=(dispensed("きのう", "1"),)))
    assert one.day == "きのう"


def test_treatments_alone() -> None:
    body = DrugBody(me_tr_month_inf=(claimed("20260905", "1"), claimed("20261005", "1")))
    assert [(one.day, one.name) for one in tables.treatments(body)] == [
        ("2026/10/05", "再診料"),
        ("2026/09/05", "再診料"),
    ]


def test_checkups_stand_side_by_side_newest_first() -> None:
    old = Checkup(
        effective_time="20240510",
        health_checkup_result_and_question_infos=(
            CheckupItem(item_name="体重", data_value="60", unit="kg"),
            CheckupItem(item_name="喫煙", data_value="1", data_value_name="はい"),
        ),
    )
    new = Checkup(
        effective_time="20250610",
        health_checkup_result_and_question_infos=(
            CheckupItem(item_name="体重", data_value="62", unit="kg"),
            CheckupItem(item_code="9N", data_value="3"),
        ),
    )
    table = tables.checkups(CheckupBody(specific_health_checkup_info=(old, new)))
    assert table.days == ("2025/06/10", "2024/05/10")
    assert table.rows == (("体重", ("62 kg", "60 kg")), ("9N", ("3", "")), ("喫煙", ("", "はい")))
