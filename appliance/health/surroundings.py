"""What a check may look at."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from appliance.eligibility.diagnosis import Severity
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.limits import severity
from appliance.health.machine import Machine
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings


@dataclass(frozen=True)
class Surroundings:
    """The box at `now`."""

    box: Box
    settings: Settings
    ledger: Ledger
    now: datetime
    machine: Machine = field(default_factory=Machine)

    @cached_property
    def book(self) -> Rulebook:
        """The dated rules of the box."""
        return rulebook_of(self.box)

    @property
    def today(self) -> date:
        """The day in Japan."""
        return clinic_day(self.now)

    def limit(self, subject: str, value: float) -> Severity | None:
        """How bad `value` is by the limits of the day."""
        return severity(self.book, subject, self.today, value)

    def age(self, moment: datetime) -> timedelta:
        """How long ago `moment` was; nothing for one that a clock set back has left in the future."""
        return max(self.now - moment, timedelta(0))
