"""Sums of a month's visits: by means, by ending, by day, by how long they took."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.statistics.counted import Counted, Ending, Means

LOST = (QualificationValidity.INVALID, QualificationValidity.INVALID_NEWER_EXISTS)
"""Answers by which reception learns that an insurance has ended: a claim on it would have come back."""


@dataclass(frozen=True)
class Spread:
    """How long something took: the middle one, the 95th of a hundred and the longest, in seconds; None without any."""

    count: int
    middle: float | None
    slow: float | None
    longest: float | None


@dataclass(frozen=True)
class MonthSums:
    """The sums. `ended_seen` counts the answers that an insurance has ended, each patient once."""

    visits: int
    means: dict[Means, int]
    endings: dict[Ending, int]
    validities: dict[str, int]
    days: dict[date, int]
    in_time: int
    late: int
    found_later: int
    ended_seen: int
    wait: Spread


def sums(visits: Sequence[Counted]) -> MonthSums:
    """The sums of these visits."""
    means = Counter(one.means for one in visits)
    endings = Counter(one.ending for one in visits)
    late = sum(one.is_late for one in visits)
    return MonthSums(
        visits=len(visits),
        means={one: means[one] for one in Means},
        endings={ending: endings[ending] for ending in Ending},
        validities=dict(sorted(Counter(one.validity for one in visits if one.validity).items())),
        days=dict(sorted(Counter(one.day for one in visits).items())),
        in_time=len(visits) - late,
        late=late,
        found_later=sum(one.found_later for one in visits),
        ended_seen=len({one.person for one in visits if one.validity in LOST}),
        wait=spread(one.seconds for one in visits if one.seconds is not None and not one.was_put_off),
    )


def spread(seconds: Iterable[float]) -> Spread:
    """How long these took."""
    times = sorted(seconds)
    if not times:
        return Spread(0, None, None, None)
    slow = quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return Spread(len(times), median(times), slow, times[-1])
