"""Whose duty it was on which day, and until when the delays ran."""

from datetime import date

import pytest

from appliance.eligibility.rules.duty import SITE_LABELS, Bound, DutyRow, DutySite, GraceRow, ObstacleRow
from appliance.eligibility.rules.packaged_book import packaged_book

BOOK = packaged_book()


@pytest.mark.parametrize(
    ("site", "day", "bound"),
    [
        (DutySite.INSTITUTION, date(2021, 10, 19), None),
        (DutySite.INSTITUTION, date(2023, 3, 31), Bound.NONE),
        (DutySite.INSTITUTION, date(2023, 4, 1), Bound.DUTY),
        (DutySite.PAPER, date(2023, 3, 31), None),
        (DutySite.PAPER, date(2024, 3, 31), Bound.EXEMPT),
        (DutySite.PAPER, date(2026, 11, 22), Bound.EXEMPT),
        (DutySite.NURSING, date(2024, 12, 1), Bound.MAY),
        (DutySite.NURSING, date(2024, 12, 2), Bound.DUTY),
        (DutySite.PRACTICE, date(2024, 12, 2), Bound.DUTY),
        (DutySite.LIMITED, date(2026, 11, 22), Bound.MAY),
    ],
)
def test_the_duty_by_day(site: DutySite, day: date, bound: Bound | None) -> None:
    row = BOOK.find(DutyRow, day, SITE_LABELS[site])
    assert (row.bound if row else None) == bound


@pytest.mark.parametrize(
    ("site", "day", "over"),
    [
        (DutySite.INSTITUTION, date(2023, 9, 30), ""),
        (DutySite.INSTITUTION, date(2023, 10, 1), "1"),
        (DutySite.INSTITUTION, date(2024, 12, 2), "135"),
        (DutySite.NURSING, date(2025, 6, 30), ""),
        (DutySite.NURSING, date(2025, 7, 1), "14"),
    ],
)
def test_which_delays_are_over(site: DutySite, day: date, over: str) -> None:
    assert "".join(row.id[-1] for row in BOOK.all(GraceRow) if row.site is site and row.is_over(day)) == over


def test_the_insurance_alone_is_for_the_reasons_that_last() -> None:
    assert [row.id for row in BOOK.all(GraceRow) if row.limited] == [
        "institution-2",
        "institution-4",
        "institution-6",
    ]


def test_every_obstacle_has_steps_and_a_page_of_ours() -> None:
    assert [row.id for row in BOOK.all(ObstacleRow) if not row.steps or not row.leads] == []
