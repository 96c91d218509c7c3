"""Rectangles on a page, in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """A rectangle; `right` and `bottom` are just outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The middle, across and down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other: "Area") -> bool:
        """Whether the middle of `other` lies inside."""
        across, down = other.middle
        return self.left <= across < self.right and self.top <= down < self.bottom

    def is_level_with(self, other: "Area") -> bool:
        """Whether both share at least half of the lower one's height."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared * 2 >= min(self.height, other.height)

    def is_above(self, other: "Area") -> bool:
        """Whether both share some columns and this one ends where the other begins, or before."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared > 0 and self.bottom <= other.top + other.height // 2

    def wider(self, across: int, down: int, limit: "Area") -> "Area":
        """This area grown on all sides, kept inside `limit`."""
        return Area(
            max(limit.left, self.left - across),
            max(limit.top, self.top - down),
            min(limit.right, self.right + across),
            min(limit.bottom, self.bottom + down),
        )


def around(areas: Iterable[Area]) -> Area:
    """The smallest area around all `areas`. Raises `ValueError` when there is none."""
    found = tuple(areas)
    return Area(
        min(one.left for one in found),
        min(one.top for one in found),
        max(one.right for one in found),
        max(one.bottom for one in found),
    )
