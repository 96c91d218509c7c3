"""A rule with a date: its period, where it comes from, what is not certain about it, and where it is written."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import ClassVar, Self

UNCERTAIN_MARK = "（確認中）"
Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """Base of every kind; one `[[kind]]` row of a file. `first` and `last` are the days `from` and `to`, both included; no `to` means still so.

    `uncertain` says what is not certain, empty when nothing is. In its own period a row stands instead of the rows
    whose ids are in `replaces`.
    """

    kind: ClassVar[str]
    title: ClassVar[str]

    id: str
    first: date
    last: date | None = None
    source: str
    uncertain: str = ""
    note: str = ""
    replaces: tuple[str, ...] = ()
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @abstractmethod
    def decides(self) -> tuple[Key, ...]:
        """What the row decides: on any day, one key is decided by one row at most."""

    @abstractmethod
    def words(self) -> str:
        """The rule in one line of Japanese, without period and source."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong with the values: the TOML key and the reason."""
        yield from ()

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: "Rule") -> bool:
        """Whether both are in force on some day."""
        return (other.last is None or self.first <= other.last) and (
            self.last is None or other.first <= self.last
        )

    def outside(self, other: "Rule") -> Iterator[Self]:
        """What is left of this row when the period of `other` is cut out of it."""
        if not self.overlaps(other):
            yield self
            return
        if self.first < other.first:
            yield replace(self, last=other.first - timedelta(days=1))
        if other.last is not None and (self.last is None or other.last < self.last):
            yield replace(self, first=other.last + timedelta(days=1))

    @property
    def stands_in(self) -> str:
        """File and line."""
        return f"{self.file} {self.line}行目" if self.line else self.file

    @property
    def mark(self) -> str:
        """「（確認中）」 when the row is not certain."""
        return UNCERTAIN_MARK if self.uncertain else ""
