"""The hours in which bulk runs hand in, as two times of the clinic's day; they may lie around midnight."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True)
class NightWindow:
    """From `opens` until `closes`; all day when both are the same. Moments are local ones of the clinic."""

    opens: time
    closes: time

    @classmethod
    def of(cls, opens: str, closes: str) -> "NightWindow":
        """From two texts HH:MM. Raises `ValueError` for anything else."""
        return cls(_time(opens), _time(closes))

    def holds(self, moment: datetime) -> bool:
        """Whether it is open."""
        now = moment.time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` while it is open, else when it opens."""
        if self.holds(moment):
            return moment
        today = datetime.combine(moment.date(), self.opens, moment.tzinfo)
        return today if today > moment else today + timedelta(days=1)


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    if len(hour) != 2 or len(minute) != 2:
        raise ValueError(text)
    return time(int(hour), int(minute))


def seconds_left(done: int, total: int, elapsed: float) -> float | None:
    """How long the rest takes when it goes on as it went; None while nothing is done."""
    return elapsed / done * (total - done) if done else None
