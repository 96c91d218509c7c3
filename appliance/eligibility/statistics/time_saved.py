"""What the box saves reception in time, and what its failures cost. Both rest on assumptions that the clinic may change."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.eligibility.statistics.counted import BY_MYNA, Counted


@dataclass(frozen=True)
class Assumed:
    """Seconds to check and type one patient's insurance by hand, and seconds that one failure costs the desk."""

    by_hand: float = 30.0
    failure: float = 120.0


@dataclass(frozen=True)
class TimeSaved:
    """All in seconds. `waited` is the wait of those whose typing was saved; `saved` less `waited` and `lost` may be negative."""

    cards: int
    failures: int
    saved: float
    waited: float
    lost: float

    @property
    def net(self) -> float:
        """What is left; below zero when the box cost more than it brought."""
        return self.saved - self.waited - self.lost


def time_saved(visits: Iterable[Counted], troubles_at_readers: int, assumed: Assumed) -> TimeSaved:
    """Only a card that was answered in time saves typing. Each late check and each trouble at a reader is a failure."""
    visits = tuple(visits)
    quick = [one.seconds or 0.0 for one in visits if one.means in BY_MYNA and not one.is_late]
    failures = sum(one.is_late for one in visits) + troubles_at_readers
    return TimeSaved(
        cards=len(quick),
        failures=failures,
        saved=len(quick) * assumed.by_hand,
        waited=sum(quick),
        lost=failures * assumed.failure,
    )
