"""The fictitious people together cover every result there is."""

import re
from datetime import date

import pytest

from appliance.demo.people import Person, people, people_on, person
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.layout import layout
from appliance.eligibility.message import Qualification
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.trouble import Trouble

EVERYBODY = people_on(date(2026, 5, 20))
QUALIFICATIONS = [(one, result) for one in EVERYBODY for result in one.qualifications]


def _values(field: str) -> set[str]:
    return {str(value) for _, result in QUALIFICATIONS if (value := getattr(result, field)) is not None}


def test_there_are_enough_people_with_ids_of_their_own() -> None:
    assert [one.id for one in EVERYBODY] == [f"p{number:02d}" for number in range(1, len(EVERYBODY) + 1)]
    assert len(EVERYBODY) >= 32
    assert len({one.certificate_serial for one in EVERYBODY}) == len(EVERYBODY)
    assert len({one.certificate_id for one in EVERYBODY}) == len(EVERYBODY)
    assert len({one.name for one in EVERYBODY}) == len(EVERYBODY)


def test_serials_never_change() -> None:
    assert person("p01").certificate_serial == 800386097
    assert person("p01").certificate_id == "DEMO5F69D8624240A46A13A"


def test_every_validity_occurs_with_a_card() -> None:
    seen = {one.qualification_validity for one in EVERYBODY if one.card}
    assert seen == set(QualificationValidity)


@pytest.mark.parametrize(
    ("field", "needed"),
    [
        ("reason_of_loss", {"01", "02", "03", "99"}),
        ("insured_partial_contribution_ratio", {"010", "020", "030"}),
        ("preschool_classification", {"1"}),
        ("insured_card_classification", {"01", "03", "06", "07", "A1"}),
        ("personal_family_classification", {"1", "2"}),
        ("sex1", {"1", "2", "3"}),
    ],
)
def test_every_code_occurs(field: str, needed: set[str]) -> None:
    assert needed <= _values(field)


def test_elderly_ceilings_diseases_and_tickets_occur() -> None:
    elderly = {
        result.elderly_recipient_certificate_info.elderly_recipient_contribution_ratio
        for _, result in QUALIFICATIONS
        if result.elderly_recipient_certificate_info
    }
    limits = {
        result.limit_application_certificate_related_info.limit_application_certificate_classification_flag
        for _, result in QUALIFICATIONS
        if result.limit_application_certificate_related_info
    }
    diseases = {
        disease.specific_diseases_disease_category
        for _, result in QUALIFICATIONS
        for disease in result.specific_diseases_certificate_list
    }
    assert elderly == {"020", "030"}
    assert {"A01", "A02", "A03", "A04", "A05"} < limits
    assert len([flag for flag in limits if str(flag).startswith("B")]) >= 5
    assert diseases == {"1", "2", "3"}
    assert any(result.public_expense_result_list for _, result in QUALIFICATIONS)


def test_special_people_occur() -> None:
    assert any("●" in one.name for one in EVERYBODY)
    assert any((result.insurer_number or "").startswith("  ") for _, result in QUALIFICATIONS)
    assert any(one.card is None for one in EVERYBODY)
    assert any(len(one.results) == 2 and one.qualification_validity == "1" for one in EVERYBODY)
    assert {"drugs", "diagnosis", "operation", "checkups"} <= {
        kind for one in EVERYBODY for kind in one.medical_information
    }
    cards = [one.card for one in EVERYBODY if one.card]
    assert {card.tries_left for card in cards} == {0, 1, 3}
    assert any(card.days_left < -95 for card in cards)
    assert any(-85 < card.days_left < 0 for card in cards)
    assert any(0 < card.days_left < 85 for card in cards)


def test_numbers_have_right_check_digits_and_width() -> None:
    for one, result in QUALIFICATIONS:
        if result.insured_card_classification == "A1":
            assert has_valid_check_digit(result.public_expense_number or ""), one.id
            assert has_valid_check_digit(result.beneficiary_number or ""), one.id
        else:
            assert len(result.insurer_number or "") == 8, one.id
            assert has_valid_check_digit((result.insurer_number or "").strip()), one.id


def test_results_use_element_names_and_nothing_else() -> None:
    known = {slot.name for slot in layout(Qualification)}
    for one in EVERYBODY:
        for result in one.results:
            assert set(result) <= known, one.id


def test_names_are_written_as_the_interface_writes_them() -> None:
    for one in EVERYBODY:
        assert "　" in one.name, one.id
        assert re.fullmatch(r"[ｦ-ﾟ]+ [ｦ-ﾟ]+", one.name_kana), one.id
        assert re.fullmatch(r"000-\d{4}", one.post_number), one.id


def test_ages_fit_what_they_show() -> None:
    today = date(2026, 5, 20)

    def age(one: Person) -> int:
        return today.year - one.birthdate.year - ((today.month, today.day) < one.birthdate.timetuple()[1:3])

    for one, result in QUALIFICATIONS:
        if result.elderly_recipient_certificate_info:
            assert 70 <= age(one) < 75, one.id
        if result.insured_partial_contribution_ratio:
            assert age(one) >= 75, one.id
        if result.preschool_classification:
            assert age(one) < 7, one.id


@pytest.mark.parametrize(
    ("today", "month_end", "july"),
    [
        (date(2026, 7, 31), "20260731", "20260731"),
        (date(2026, 8, 1), "20260831", "20270731"),
        (date(2028, 2, 5), "20280229", "20280731"),
    ],
)
def test_moving_dates_follow_the_day(today: date, month_end: str, july: str) -> None:
    everybody = {one.id: one for one in people_on(today)}
    ticket = everybody["p24"].qualifications[0].public_expense_result_list[0]
    assert ticket.medical_treatment_month == f"{today:%Y%m}"
    assert ticket.medical_ticket_expiration_date == month_end
    limit = everybody["p01"].qualifications[0].limit_application_certificate_related_info
    assert limit is not None
    assert limit.limit_application_certificate_valid_end_date == july


def test_nobody_unknown_is_found() -> None:
    assert person(people()[0].id) == people()[0]
    with pytest.raises(Trouble, match="DEMO-002"):
        person("p99")
