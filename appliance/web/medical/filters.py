"""What of somebody's records is shown: a period and a site. Neither names anybody, so both may stand in an address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from appliance.eligibility.medical_questions import months_back
from appliance.web.medical.given import Given

PERIODS = {3: "3か月", 6: "6か月", 12: "1年", 24: "2年", 36: "3年", 60: "5年"}
_USUAL = 12
OTHERS = "others"


@dataclass(frozen=True)
class Filters:
    """`site` is the place of a site among those of the records, `others` for all but our own, empty for all."""

    months: int
    site: str

    def shown_months(self, today: date) -> tuple[str, ...]:
        """The months of the period, this one first."""
        return months_back(today, self.months)

    def of_period(self, found: Iterable[Given], today: date) -> tuple[Given, ...]:
        """What was given in the period; what bears no month is never hidden."""
        months = frozenset(self.shown_months(today))
        return tuple(one for one in found if not one.month or one.month in months)

    def of_site(
        self, found: Iterable[Given], sites: tuple[str, ...], own_codes: Iterable[str]
    ) -> tuple[Given, ...]:
        """What came from the chosen site."""
        if self.site == OTHERS:
            own = frozenset(own_codes)
            return tuple(one for one in found if one.site_code not in own)
        if not self.site:
            return tuple(found)
        return tuple(one for one in found if one.site == sites[int(self.site)])


def sites_of(found: Iterable[Given]) -> tuple[str, ...]:
    """Every site in the records, in an order that does not change with the filters."""
    return tuple(sorted({one.site for one in found}))


def read(given: MultiDict[str, str], sites: tuple[str, ...]) -> Filters:
    """The filters of an address; what makes no sense is as if it were not there."""
    months = given.get("months", _USUAL, type=int)
    site = given.get("site", "")
    is_known = site == OTHERS or (site.isascii() and site.isdigit() and int(site) < len(sites))
    return Filters(months if months in PERIODS else _USUAL, site if is_known else "")
