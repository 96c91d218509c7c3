"""The claim date of a visit, as data with a date."""

from datetime import date

import pytest

from appliance.eligibility.rules.deadlines import claim_deadline
from appliance.eligibility.rules.packaged_book import packaged_book, with_additions
from tests.eligibility.rules.tables import book_of, refusals

LATER = """
[[deadlines]]
id = "claim-later"
from = {first}
subject = "claim"
label = "レセプトの請求"
day = {day}
warn_days = {warn}
source = "試験"
replaces = {replaces}
"""


def later(first: str = "2027-01-01", day: int = 12, warn: int = 5, replaces: str = '["claim"]') -> str:
    return LATER.format(first=first, day=day, warn=warn, replaces=replaces)


@pytest.mark.parametrize(
    ("visit", "last", "warn_from"),
    [
        (date(2026, 11, 1), date(2026, 12, 10), date(2026, 12, 7)),
        (date(2026, 11, 30), date(2026, 12, 10), date(2026, 12, 7)),
        (date(2026, 12, 31), date(2027, 1, 10), date(2027, 1, 7)),
        (date(2028, 1, 31), date(2028, 2, 10), date(2028, 2, 7)),
    ],
)
def test_the_claim_is_due_in_the_following_month(visit: date, last: date, warn_from: date) -> None:
    found = claim_deadline(packaged_book(), visit)
    assert found is not None
    assert (found.last, found.warn_from) == (last, warn_from)


def test_a_new_rule_counts_for_the_month_in_which_one_claims() -> None:
    book = with_additions([("ours.toml", later())])
    assert book.refusals == ()
    december = claim_deadline(book, date(2026, 12, 5))
    assert december is not None
    assert (december.last, december.warn_from) == (date(2027, 1, 12), date(2027, 1, 7))
    november = claim_deadline(book, date(2026, 11, 5))
    assert november is not None
    assert november.last == date(2026, 12, 10)


def test_before_the_table_begins_there_is_no_deadline() -> None:
    assert claim_deadline(packaged_book(), date(2020, 1, 1)) is None


@pytest.mark.parametrize(("day", "warn"), [(31, 3), (0, 3), (10, 28), (10, -1)])
def test_a_day_that_not_every_month_has_is_refused(day: int, warn: int) -> None:
    assert len(refusals(later(day=day, warn=warn, replaces="[]"))) == 1
    assert len(book_of(later(replaces="[]")).rules) == 1
