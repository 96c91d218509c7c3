"""From which value on the self-diagnosis speaks of something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.diagnosis import Severity
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import said


@dataclass(frozen=True, kw_only=True)
class LimitRow(Rule):
    """What is measured as `subject` is worth a word from `wait` on, and urgent from `stop` on (0: never).

    `is_floor`: less is worse, as with what is left of a disk.
    """

    kind: ClassVar[str] = "limits"
    title: ClassVar[str] = "点検の目安"

    subject: str
    label: str
    unit: str
    wait: int
    stop: int = 0
    is_floor: bool = False

    def decides(self) -> tuple[Key, ...]:
        return ((self.subject,),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.stop and (self.stop > self.wait) is self.is_floor:
            yield "stop", "stop は wait より重い値にしてください"

    def words(self) -> str:
        side = "以下" if self.is_floor else "以上"
        if not self.stop:
            return said(
                "{label}: {wait}{unit}{side}で注意",
                label=self.label,
                wait=self.wait,
                unit=self.unit,
                side=side,
            )
        return said(
            "{label}: {wait}{unit}{side}で注意、{stop}{unit}{side}で警告",
            label=self.label,
            wait=self.wait,
            stop=self.stop,
            unit=self.unit,
            side=side,
        )

    def severity(self, value: float) -> Severity | None:
        """How bad `value` is; None: not at all."""
        if self.stop and self._is_reached(self.stop, value):
            return Severity.STOP
        return Severity.WAIT if self._is_reached(self.wait, value) else None

    def _is_reached(self, limit: int, value: float) -> bool:
        return value <= limit if self.is_floor else value >= limit


def severity(book: Rulebook, subject: str, day: date, value: float) -> Severity | None:
    """How bad `value` is by the row on `day`; None also without one, so that a site can switch a limit off by its period."""
    row = book.find(LimitRow, day, subject)
    return row.severity(value) if row else None
