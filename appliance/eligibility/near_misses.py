"""What a number with a wrong check digit may have been: help for the eye, never a silent correction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.eligibility.numbers import check_digit, has_valid_check_digit
from appliance.eligibility.said import said
from appliance.eligibility.structures import NumberKind, number_warnings

# Pairs that worn print and handwriting make of each other.
_LOOK_ALIKE = {
    frozenset(pair) for pair in ("35", "38", "56", "58", "68", "60", "80", "89", "17", "49", "71", "27")
}


@dataclass(frozen=True)
class NearMiss:
    """A number one mistake away: `position` (index) of the digit, or of the first of two that change places."""

    number: str
    position: int
    swapped: bool
    likely: bool

    def words(self, typed: str) -> str:
        """Where to look on the document, e.g. 「3桁目は 5 ではなく 3 ではありませんか」."""
        at = self.position
        if self.swapped:
            return said(
                "{place}桁目と{next_place}桁目が入れ替わっていませんか（{typed} → {number}）",
                place=at + 1,
                next_place=at + 2,
                typed=typed[at : at + 2],
                number=self.number[at : at + 2],
            )
        return said(
            "{place}桁目は {typed} ではなく {number} ではありませんか",
            place=at + 1,
            typed=typed[at],
            number=self.number[at],
        )


def near_misses(kind: NumberKind, typed: str, laws: Mapping[str, str]) -> tuple[NearMiss, ...]:
    """The numbers with a right check digit, one digit or one swap of neighbours away from `typed`.

    Those without any other warning first, of these the likely ones: look-alike digits and swaps. Empty when the
    digit of `typed` is right, or it is no number of this kind.
    """
    bare = typed.strip()
    if kind is NumberKind.BRANCH or not (bare.isascii() and bare.isdigit()) or has_valid_check_digit(bare):
        return ()
    found = [*_swaps(bare), *_single_digits(bare)]
    judged = [(number_warnings(kind, near.number, laws), near) for near in found]
    return tuple(near for _, near in sorted(judged, key=lambda one: (bool(one[0]), not one[1].likely)))


def _single_digits(number: str) -> Iterator[NearMiss]:
    for at, digit in enumerate(number):
        for other in "0123456789":
            fixed = number[:at] + other + number[at + 1 :]
            if other != digit and has_valid_check_digit(fixed):
                yield NearMiss(fixed, at, swapped=False, likely=frozenset((digit, other)) in _LOOK_ALIKE)


def _swaps(number: str) -> Iterator[NearMiss]:
    for at in range(len(number) - 1):
        fixed = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if fixed != number and int(fixed[-1]) == check_digit(fixed[:-1]):
            yield NearMiss(fixed, at, swapped=True, likely=True)
