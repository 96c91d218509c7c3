"""What a patient is asked: by dated rules and the site's settings."""

from datetime import date

import pytest

from appliance.eligibility.rules.packaged_book import with_additions
from appliance.settings import Settings
from appliance.web.patient.asked import asked_on

BOOK = with_additions([])
CODE = "1319999999"
MEDICAL = ("specific_health_checkups_info", "pharmacists_info", "diagnosis_info", "operation_info")
DISEASES = "specific_diseases_certificate_related"
TODAY = date(2026, 11, 22)


def test_today_five_items_may_be_answered_at_once() -> None:
    asked = asked_on(BOOK, TODAY, Settings(institution_code=CODE))
    assert asked.items == (*MEDICAL, DISEASES)
    assert asked.all_at_once
    assert asked.choices == ()


@pytest.mark.parametrize(
    ("day", "items", "at_once"),
    [
        (date(2022, 1, 1), 3, False),
        (date(2022, 10, 1), 4, False),
        (date(2024, 10, 6), 5, False),
        (date(2024, 10, 7), 5, True),
    ],
)
def test_what_may_be_asked_follows_the_dates(day: date, items: int, at_once: bool) -> None:
    asked = asked_on(BOOK, day, Settings(institution_code=CODE))
    assert (len(asked.items), asked.all_at_once) == (items, at_once)


def test_a_site_may_leave_things_out_and_ask_more() -> None:
    settings = Settings(
        institution_code=CODE, ask_specific_diseases=False, ask_prescription=True, ask_medical_subsidy=True
    )
    asked = asked_on(BOOK, TODAY, settings)
    assert asked.items == MEDICAL
    assert asked.choices == ("prescription", "medical_subsidy")
    assert asked_on(BOOK, date(2022, 12, 1), settings).choices == ()
