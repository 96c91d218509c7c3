"""Where the value of a printed label stands: behind it, in the cell to its right, or below it."""

from dataclasses import dataclass

from appliance.devices.paper.areas import Area, around
from appliance.devices.paper.labels import Label
from appliance.devices.paper.page import Page
from appliance.devices.paper.tesseract import Character
from appliance.devices.paper.words import Block

_WIDEST_GAP = 2.5
"""How many characters of air there may be inside one value."""

_REACH = 4.5
"""How many characters of air may lie between a label and what belongs to it below."""


@dataclass(frozen=True)
class Region:
    """The glyphs of a value in lines from above, and its characters as far as the first reading knows them.

    `label` is the printed label that they belong to.
    """

    label: str
    lines: tuple[tuple[Area, ...], ...]
    characters: tuple[Character, ...]

    @property
    def area(self) -> Area:
        """The area around all glyphs."""
        return around(glyph for line in self.lines for glyph in line)

    @property
    def text(self) -> str:
        """What the first reading made of it."""
        return "".join(one.text for one in self.characters)


def region_of(
    label: Label, labels: tuple[Label, ...], blocks: tuple[Block, ...], page: Page
) -> Region | None:
    """The first place that holds any glyphs; None when there is none up to the next label."""
    for room in (_behind(label, labels, page), _right(label, labels, page), _below(label, labels, page)):
        if room is None:
            continue
        glyphs = [one for one in page.glyphs if room.holds(one)]
        if room not in page.cells.values():
            glyphs = _first_group(glyphs, page.em)
        if glyphs and max(one.height for one in glyphs) > 0.35 * page.em:
            seen = around(glyphs).wider(round(page.em / 2), round(page.em / 2), room)
            return Region(label.text, _in_lines(glyphs), _inside(seen, blocks))
    return None


def _first_group(glyphs: list[Area], em: float) -> list[Area]:
    """Glyphs up to the first wide gap: far behind it begins something else, or the edge of the paper."""
    tall = sorted((one for one in glyphs if one.height > 0.5 * em), key=lambda one: one.left)
    if not tall:
        return []
    widest = _WIDEST_GAP * max(em, sorted(one.height for one in tall)[len(tall) // 2])
    end = tall[0].right
    for one in tall[1:]:
        if one.left - end > widest:
            break
        end = max(end, one.right)
    return [one for one in glyphs if tall[0].left - em <= one.left and one.right <= end + em / 2]


def _behind(label: Label, labels: tuple[Label, ...], page: Page) -> Area | None:
    """The rest of the label's own block, if it reads on."""
    if label.end == len(label.block.characters):
        return None
    ends = [other.start for other in labels if other.block is label.block and other.start >= label.end]
    end = min(ends, default=len(label.block.characters))
    if end == label.end:
        return None
    rest = label.block.characters[label.end : end]
    if not _is_one_line(label, rest):
        return around(one.area for one in rest)
    left = _gap_before(rest[0], label.block.characters[label.end - 1], page)
    right = rest[-1].area.right + round(page.em)
    if end < len(label.block.characters):
        right = _gap_before(label.block.characters[end], rest[-1], page)
    return Area(left, label.block.area.top - 4, right, label.block.area.bottom + 4)


def _is_one_line(label: Label, rest: tuple[Character, ...]) -> bool:
    return all(one.area.is_level_with(label.area) for one in rest)


def _gap_before(one: Character, before: Character, page: Page) -> int:
    """The middle of the widest air between two characters, whose places the engine only guesses."""
    start = (before.area.left + before.area.right) // 2
    end = (one.area.left + one.area.right) // 2
    band = page.ink[one.area.top : one.area.bottom, start:end]
    if band.size == 0:
        return one.area.left
    empty = band.max(axis=0) == 0
    widest, at, run = 0, one.area.left, 0
    for column, is_empty in enumerate([*empty.tolist(), False]):
        if is_empty:
            run += 1
            continue
        if run > widest:
            widest, at = run, start + column - run // 2
        run = 0
    return at


def _right(label: Label, labels: tuple[Label, ...], page: Page) -> Area | None:
    """The same height further right, up to the next label or the end of the cell beside."""
    if label.block.cell is None and label.end < len(label.block.characters):
        return None
    level = label.block.cell or label.area.wider(0, round(page.em / 2), page.whole)
    left = label.block.cell.right if label.block.cell else label.area.right
    stops = [
        other.area.left for other in labels if other.area.left > left and level.is_level_with(other.area)
    ]
    right = min(stops, default=page.whole.right)
    cells = [one for one in page.cells.values() if one.left >= left - 12 and level.is_level_with(one)]
    near = min((one for one in cells if one.right <= right), key=lambda one: one.left, default=None)
    if near is not None and near.left - left < 2 * page.em and near.width > 2 * near.height:
        return near
    return Area(left, level.top, right, level.bottom) if right > left else None


def _below(label: Label, labels: tuple[Label, ...], page: Page) -> Area | None:
    if label.block.cell is not None:
        return None
    above = label.area
    stops = [
        other.area.left
        for other in labels
        if other.area.left > above.left and above.is_level_with(other.area)
    ]
    right = min(stops, default=page.whole.right)
    top = above.bottom + 2
    lower = [other.area.top for other in labels if other.area.top > top and other.area.left < right]
    bottom = min([top + round(_REACH * page.em), *lower])
    left = max(0, above.left - round(page.em))
    glyphs = [one for one in page.glyphs if Area(left, top, right, bottom).holds(one)]
    tall = [one for one in glyphs if one.height > 0.5 * page.em]
    if not tall:
        return None
    first = min(tall, key=lambda one: one.top)
    return Area(left, first.top - 4, right, first.bottom + 4)


def _in_lines(glyphs: list[Area]) -> tuple[tuple[Area, ...], ...]:
    lines: list[list[Area]] = []
    for glyph in sorted(glyphs, key=lambda one: -one.height):
        line = next((line for line in lines if around(line).is_level_with(glyph)), None)
        if line is None:
            lines.append(line := [])
        line.append(glyph)
    ordered = sorted(lines, key=lambda line: around(line).top)
    return tuple(tuple(sorted(line, key=lambda one: one.left)) for line in ordered)


def _inside(room: Area, blocks: tuple[Block, ...]) -> tuple[Character, ...]:
    return tuple(one for block in blocks for one in block.characters if room.holds(one.area))
