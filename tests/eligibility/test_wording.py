"""Values as reception reads them; what has no expected shape stays as it came."""

from datetime import date

import pytest

from appliance.eligibility import wording
from appliance.eligibility.layout import Slot, layout
from appliance.eligibility.message import Block, MedicalTicket, Qualification, SpecificDiseasesCertificate


def slot_of(block: type[Block], name: str) -> Slot:
    return next(slot for slot in layout(block) if slot.name == name)


@pytest.mark.parametrize(
    ("block", "name", "value", "words"),
    [
        (Qualification, "birthdate", "19790305", "昭和54年3月5日（1979/3/5）"),
        (Qualification, "birthdate", "18690305", "1869/3/5"),
        (Qualification, "birthdate", "19790231", "19790231"),
        (Qualification, "qualification_date", "20190501", "令和元年5月1日（2019/5/1）"),
        (Qualification, "insured_partial_contribution_ratio", "030", "3割"),
        (Qualification, "insured_partial_contribution_ratio", "005", "5%"),
        (Qualification, "insured_partial_contribution_ratio", "三割", "三割"),
        (Qualification, "sex1", "2", "女"),
        (Qualification, "sex1", "7", "不明なコード（7）"),
        (Qualification, "pharmacists_info_cons_time", "20261122090510", "2026/11/22 9:05"),
        (Qualification, "pharmacists_info_cons_time", "soon", "soon"),
        (Qualification, "insured_branch_number", "01", "01"),
        (Qualification, "address", "", "（空欄）"),
        (MedicalTicket, "medical_treatment_month", "202611", "令和8年11月（2026/11）"),
        (MedicalTicket, "medical_treatment_month", "2026", "2026"),
        (MedicalTicket, "self_pay_amount", "0001200", "1,200円"),
        (SpecificDiseasesCertificate, "specific_diseases_self_pay", "なし", "なし"),
    ],
)
def test_spoken(block: type[Block], name: str, value: str, words: str) -> None:
    assert wording.spoken(slot_of(block, name), value) == words


def test_full_width_digits_are_no_date_of_the_interface() -> None:
    assert wording.day_of("１９７９０３０５") is None
    assert wording.day_of(None) is None
    assert wording.moment_of("20261122250000") is None


def test_age_rises_on_the_birthday() -> None:
    birth = date(1979, 3, 5)
    assert wording.age_on(birth, date(2026, 3, 4)) == 46
    assert wording.age_on(birth, date(2026, 3, 5)) == 47
    assert wording.age_on(date(2024, 2, 29), date(2025, 2, 28)) == 0
