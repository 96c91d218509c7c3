"""From distances to rates: how many of the same people are let in when so and so many strangers are. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.float64]


@dataclass(frozen=True)
class Shot:
    """One picture: whose, which one, and its embedding; None when no single face was found on it."""

    person: str
    picture: str
    reason: str
    embedding: NDArray[np.float64] | None


@dataclass(frozen=True)
class Curve:
    """Distances of pairs of the same person and of different ones, both sorted."""

    same: Distances
    different: Distances

    def accepted(self, threshold: float) -> tuple[float, float]:
        """The parts of same and of different pairs at or below `threshold`."""
        return (
            float(np.searchsorted(self.same, threshold, "right")) / max(len(self.same), 1),
            float(np.searchsorted(self.different, threshold, "right")) / max(len(self.different), 1),
        )

    def at_false_accepts(self, rate: float) -> tuple[float, float]:
        """The largest threshold that lets in at most `rate` of the different pairs, and the part of same pairs let in."""
        place = int(rate * len(self.different))
        threshold = float(np.nextafter(self.different[place], 0)) if place < len(self.different) else np.inf
        return threshold, self.accepted(threshold)[0]

    def equal_error(self) -> tuple[float, float]:
        """The threshold at which as many are wrongly let in as turned away, and that rate (the mean of both)."""
        thresholds = np.union1d(self.same, self.different)
        wrongly_in = np.searchsorted(self.different, thresholds, "right") / len(self.different)
        wrongly_out = 1 - np.searchsorted(self.same, thresholds, "right") / len(self.same)
        place = int(np.argmin(np.abs(wrongly_in - wrongly_out)))
        return float(thresholds[place]), float((wrongly_in[place] + wrongly_out[place]) / 2)


def curve(ones: Sequence[Shot], others: Sequence[Shot]) -> Curve:
    """Every picture of `ones` against every one of `others`, but none against itself or its own copy.

    Where both are the same list each pair counts once.
    """
    first = [shot for shot in ones if shot.embedding is not None]
    second = [shot for shot in others if shot.embedding is not None]
    apart = _distances(first, second)
    same_person = np.array([[a.person == b.person for b in second] for a in first])
    same_shot = np.array([[(a.person, a.picture) == (b.person, b.picture) for b in second] for a in first])
    counted = ~same_shot & (np.triu(np.ones_like(same_shot), 1) if ones is others else True)
    return Curve(np.sort(apart[same_person & counted]), np.sort(apart[~same_person & counted]))


def _distances(first: Sequence[Shot], second: Sequence[Shot]) -> Distances:
    a, b = (np.array([shot.embedding for shot in shots], np.float64) for shots in (first, second))
    squares = (a**2).sum(axis=1)[:, np.newaxis] + (b**2).sum(axis=1)[np.newaxis] - 2 * a @ b.T
    return np.asarray(np.sqrt(np.clip(squares, 0, None)), np.float64)
