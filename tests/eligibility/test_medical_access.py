"""What may be seen, until when: both the patient's press and the center's word, 24 hours and not a moment more."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from appliance.eligibility.medical_access import CONSENT_OF, NO_ACCESS, Item, access_of
from appliance.eligibility.message import Qualification
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS

GIVEN = datetime(2026, 11, 29, 9, 0, tzinfo=timezone(timedelta(hours=9)))
SECOND = timedelta(seconds=1)
DAY = timedelta(hours=24)
RESULT = Qualification(
    insurer_number="06139992",
    insured_identification_number="3456",
    pharmacists_info_cons_flg="1",
    pharmacists_info_cons_time="20261129090000",
    pharmacists_info_available_time="20261130090000",
    diagnosis_info_cons_flg="0",
    operation_info_cons_flg="2",
    operation_info_cons_time="20261129090000",
    specific_health_checkups_info_cons_flg="1",
    specific_health_checkups_info_cons_time="20261129090000",
)


def test_only_what_was_agreed_to_is_open_and_in_the_order_of_the_pages() -> None:
    access = access_of([RESULT], ALL_CONSENTS)
    assert access.open_at(GIVEN) == (Item.DRUGS, Item.CHECKUPS)
    assert access.whose is RESULT


def test_it_ends_at_the_very_moment() -> None:
    access = access_of([RESULT], ALL_CONSENTS)
    assert access.open_at(GIVEN + DAY - SECOND)
    assert access.open_at(GIVEN + DAY) == ()
    assert access.until(Item, GIVEN) == GIVEN + DAY
    assert access.until(Item, GIVEN + DAY) == GIVEN + DAY


@pytest.mark.parametrize("item", Item)
def test_what_was_not_pressed_here_is_closed_whatever_the_center_says(item: Item) -> None:
    flags: dict[str, Any] = {f"{name}_cons_flg": "1" for name in CONSENT_OF.values()}
    said = replace(RESULT, **flags, operation_info_cons_time=None)
    said = replace(
        said, diagnosis_info_cons_time="20261129090000", operation_info_available_time="20261130080000"
    )
    assert access_of([said], ALL_CONSENTS).open_at(GIVEN) == tuple(Item)
    pressed = replace(NO_CONSENTS, **{CONSENT_OF[item]: True})
    assert access_of([said], pressed).open_at(GIVEN) == (item,)


@pytest.mark.parametrize(
    ("given", "until", "lasts"),
    [
        ("20261129090000", None, DAY),
        (None, "20261130090000", DAY),
        ("20261129090000", "20261129120000", timedelta(hours=3)),
        ("20261129090000", "20271129090000", DAY),
    ],
)
def test_of_two_ends_the_earlier_one_counts(given: str | None, until: str | None, lasts: timedelta) -> None:
    one = replace(RESULT, pharmacists_info_cons_time=given, pharmacists_info_available_time=until)
    access = access_of([one], ALL_CONSENTS)
    assert Item.DRUGS in access.open_at(GIVEN + lasts - SECOND)
    assert Item.DRUGS not in access.open_at(GIVEN + lasts)


@pytest.mark.parametrize(("given", "until"), [(None, None), ("", ""), ("now", None), ("20261129", "later")])
def test_a_consent_without_a_time_opens_nothing(given: str | None, until: str | None) -> None:
    one = replace(RESULT, pharmacists_info_cons_time=given, pharmacists_info_available_time=until)
    assert Item.DRUGS not in access_of([one], ALL_CONSENTS).open_at(GIVEN)


def test_a_consent_from_the_future_opens_nothing_before_its_time() -> None:
    access = access_of([RESULT], ALL_CONSENTS)
    assert access.open_at(GIVEN - timedelta(minutes=4))
    assert access.open_at(GIVEN - timedelta(minutes=6)) == ()


def test_of_two_insurances_the_one_with_numbers_is_asked_by() -> None:
    welfare = Qualification(public_expense_number="12139994", beneficiary_number="0000018")
    assert access_of([welfare, RESULT], ALL_CONSENTS).whose is RESULT
    assert access_of([welfare], ALL_CONSENTS).whose is None
    assert NO_ACCESS.open_at(GIVEN) == ()
