"""The use rate by checks of many months, counted from indices alone."""

from collections import Counter
from datetime import date

from sqlite_utils import Database

from appliance.eligibility.request_families import Family
from appliance.eligibility.statistics.use_rate import UseRate
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.database import Ledger

_WHICH = f"family = '{Family.SINGLE}' AND origin != '{Origin.FOLLOW_UP}'"
_GROUPS = "substr(day, 1, 7) AS month, origin, count(*) AS n"
_ALL = f"""SELECT {_GROUPS} FROM checks INDEXED BY checks_counted
    WHERE day BETWEEN :first AND :last AND {_WHICH} GROUP BY 1, 2"""
_WITHDRAWN = f"""SELECT {_GROUPS} FROM checks INDEXED BY checks_withdrawn
    WHERE state = '{CheckState.WITHDRAWN}' AND day BETWEEN :first AND :last AND {_WHICH} GROUP BY 1, 2"""
_LATER = f"""SELECT {_GROUPS} FROM follow_ups CROSS JOIN checks ON checks.id = follow_ups.check_id
    WHERE day BETWEEN :first AND :last AND {_WHICH} AND state != '{CheckState.WITHDRAWN}' GROUP BY 1, 2"""


def by_months(ledger: Ledger, first: date, last: date) -> dict[str, UseRate]:
    """The rate of each month (`2026-11`) with visits from `first` to `last`; the same visits as `month_visits` counts."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    found = _counted(ledger.read, _ALL, days)
    found.subtract(_counted(ledger.read, _WITHDRAWN, days))
    found.subtract(_counted(ledger.read, _LATER, days))
    months = sorted({month for month, _ in found})
    rates = {month: UseRate(found[month, Origin.CARD], sum(_of(found, month))) for month in months}
    return {month: rate for month, rate in rates.items() if rate.all}


def _of(found: Counter[tuple[str, str]], month: str) -> list[int]:
    return [number for (other, _), number in found.items() if other == month]


def _counted(db: Database, query: str, days: dict[str, str]) -> Counter[tuple[str, str]]:
    return Counter({(row["month"], row["origin"]): row["n"] for row in db.execute(query, days)})
