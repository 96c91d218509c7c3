"""マイナ保険証の利用率, counted both ways from what the box saw. The official figure is another one."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.eligibility.statistics.counted import BY_MYNA, Counted


@dataclass(frozen=True)
class UseRate:
    """So many by card, or by a phone in its place, of so many in all."""

    card: int
    all: int

    @property
    def percent(self) -> float | None:
        """The rate in percent; None when there was nothing to count."""
        return 100 * self.card / self.all if self.all else None


def by_checks(visits: Iterable[Counted]) -> UseRate:
    """Checks by card of all checks at reception; near to what is called オンライン資格確認件数ベース."""
    means = [one.means for one in visits]
    return UseRate(sum(one in BY_MYNA for one in means), len(means))


def by_patients(visits: Iterable[Counted]) -> UseRate:
    """Patients who used the card at least once of all patients; near to レセプト件数ベース, where a patient has a claim a month."""
    visits = tuple(visits)
    everybody = {one.person for one in visits}
    by_card = {one.person for one in visits if one.means in BY_MYNA}
    return UseRate(len(by_card), len(everybody))
