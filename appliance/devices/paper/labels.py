"""Printed labels found in what was read, and which paper they make."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.devices.paper.areas import Area, around
from appliance.devices.paper.words import Block
from appliance.eligibility.papers import PaperField, PaperKind, Papers

_OPENING, _CLOSING = "(「[【<{", ")」]】>}:"
SHORT = 2
"""Labels of so few characters are tails of longer ones too."""

_TITLE_PART = 0.45
"""Titles stand in the upper part of a paper; further down other papers are only mentioned."""


@dataclass(frozen=True)
class Label:
    """A printed label: characters `start` to `end` of a block. `field` is None for one that only ends values."""

    field: PaperField | None
    text: str
    block: Block
    start: int
    end: int

    @property
    def area(self) -> Area:
        """Where it stands."""
        found = around(one.area for one in self.block.characters[self.start : self.end])
        # The block's ends are those of its ink; in between the engine only guesses.
        left = self.block.area.left if self.start == 0 else found.left
        right = self.block.area.right if self.end == len(self.block.characters) else found.right
        return Area(min(left, right - 1), found.top, right, found.bottom)


def labels_in(blocks: tuple[Block, ...], papers: Papers) -> tuple[Label, ...]:
    """All labels, the one that fits best at each place."""
    known = list(papers.labels())
    return tuple(label for block in blocks for label in _labels_of(block, known))


def paper_of(
    blocks: tuple[Block, ...], labels: tuple[Label, ...], papers: Papers, height: int
) -> PaperKind | None:
    """The paper whose title stands at the top and whose labels are there; without a title the one that needs none."""
    names = {label.field.name for label in labels if label.field is not None}
    top = [block.text for block in blocks if block.area.top < height * _TITLE_PART]
    for kind in papers.kinds:
        is_titled = not kind.titles or any(_found(text, title) for text in top for title in kind.titles)
        if is_titled and set(kind.needs) <= names:
            return kind
    return None


def _labels_of(block: Block, known: list[tuple[str, PaperField | None]]) -> Iterator[Label]:
    text = block.text
    found = [
        (len(printed) <= SHORT, distance, -len(printed), start, end, number)
        for number, (printed, _) in enumerate(known)
        for distance, start, end in _places(text, printed)
        if len(printed) > SHORT or _stands_alone(block, start)
    ]
    taken: dict[tuple[int, int], tuple[int, int]] = {}
    for _, distance, size, start, end, number in sorted(found):
        same = taken.get((start, end)) == (distance, size)
        if not same and any(start < other[1] and other[0] < end for other in taken):
            continue
        taken[start, end] = (distance, size)
        printed, field = known[number]
        yield Label(field, printed, block, *_bracketed(text, start, end))


def _places(text: str, wanted: str) -> Iterator[tuple[int, int, int]]:
    """Where `wanted` stands in `text`, two characters in seven misread, missing or too many: distance, start, end."""
    most = len(wanted) * 2 // 7
    widths = range(max(1, len(wanted) - most), len(wanted) + most + 1)
    for at in range(len(text)):
        window = text[at : at + len(wanted) + most]
        if sum(letter not in window for letter in wanted) > most:
            continue
        tries = [
            (_distance(window[:width], wanted), abs(width - len(wanted)), at + width)
            for width in widths
            if width <= len(window)
        ]
        distance, _, end = min(tries, default=(most + 1, 0, 0))
        if distance <= most:
            yield distance, at, end


def _found(text: str, wanted: str) -> bool:
    return next(_places(text, wanted), None) is not None


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        above, row[0] = row[0], number
        for column, wanted in enumerate(other, start=1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != wanted)),
            )
    return row[-1]


def _stands_alone(block: Block, start: int) -> bool:
    """Whether a short label is no tail of a longer word: nothing before it, a bracket, a digit or a gap."""
    if start == 0:
        return True
    before, here = block.characters[start - 1], block.characters[start]
    gap = here.area.left - before.area.right
    return before.text in _OPENING or before.text.isdigit() or gap > 0.8 * here.area.height


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    if start and text[start - 1] in _OPENING:
        start -= 1
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    return start, end
