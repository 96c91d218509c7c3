"""A vendor's quote beside the cap of the subsidy (archive): what it costs, what is above the cap, what would have been paid."""

from dataclasses import dataclass
from datetime import date

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.incentives import SITE_LABELS, Site, SubsidyRow, subsidy

YEARS = 5
"""For how long the running cost is added up, as long as the readers' warranty."""


@dataclass(frozen=True, kw_only=True)
class QuoteSum:
    """All in yen. `cap`, `above_cap` and `subsidy` are None on a day without a subsidy."""

    initial: int
    yearly: int
    years_total: int
    cap: int | None
    above_cap: int | None
    subsidy: int | None
    own: int


def quote_sum(book: Rulebook, site: Site, applied_on: date, items: tuple[int, ...], yearly: int) -> QuoteSum:
    """The sum of a quote's `items`, for a reader applied for on `applied_on`."""
    initial = sum(items)
    row = book.find(SubsidyRow, applied_on, SITE_LABELS[site])
    paid = subsidy(book, site, applied_on, initial)
    return QuoteSum(
        initial=initial,
        yearly=yearly,
        years_total=initial + YEARS * yearly,
        cap=row.cost_max if row else None,
        above_cap=max(0, initial - row.cost_max) if row else None,
        subsidy=paid,
        own=initial - (paid or 0),
    )
