"""The first reading of a page: all runs at once, as characters in blocks (a cell, or a line outside of cells)."""

import unicodedata
from dataclasses import dataclass

import cv2
from cv2.typing import MatLike

from appliance.devices.paper.areas import Area, around
from appliance.devices.paper.page import Page, Run
from appliance.devices.paper.tesseract import Character, read_strips

STRIP_HEIGHT = 40
WIDEST_STRIP = 3000
_LONGEST_LINE = 60
"""Times its height; what is longer is the edge of something."""


@dataclass(frozen=True)
class Block:
    """Characters in reading order, places on the page. `cell` is the small cell they stand in, None outside of cells."""

    characters: tuple[Character, ...]
    area: Area
    cell: Area | None

    @property
    def text(self) -> str:
        """All characters, one for one."""
        return "".join(one.text for one in self.characters)


def blocks_of(page: Page) -> tuple[Block, ...]:
    """Read every run of `page` but single digits in boxes. Raises `Trouble` as `read_strips` does."""
    runs = [run for run in page.runs if not _is_boxed(page, run) and not _is_edge(run)]
    read = read_strips([scaled(page.cut(run.area)) for run in runs], "jpn")
    placed = [_placed(run, found) for run, found in zip(runs, read, strict=True)]
    by_cell: dict[int, list[tuple[Run, tuple[Character, ...]]]] = {}
    for run, characters in zip(runs, placed, strict=True):
        by_cell.setdefault(run.cell, []).append((run, characters))
    blocks = []
    for cell, inside in by_cell.items():
        lines = _lines(inside)
        if cell:
            blocks.append(_block([one for line in lines for one in line], page.cells[cell]))
        else:
            blocks += [_block(line, None) for line in lines]
    return tuple(block for block in blocks if block.characters)


def scaled(strip: MatLike, height: int = STRIP_HEIGHT) -> MatLike:
    """`strip` at the height that the engine works with."""
    # A long splinter made large would cost the engine a gigabyte.
    factor = min(height / strip.shape[0], WIDEST_STRIP / strip.shape[1])
    width = max(8, round(strip.shape[1] * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(strip, (width, max(8, round(strip.shape[0] * factor))), interpolation=way)


def plain(text: str) -> str:
    """`text` for comparing: full-width made plain, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _is_edge(run: Run) -> bool:
    return (
        run.area.width > _LONGEST_LINE * run.area.height or run.area.height > _LONGEST_LINE * run.area.width
    )


def _is_boxed(page: Page, run: Run) -> bool:
    if run.cell == 0:
        return False
    cell = page.cells[run.cell]
    return cell.width < 1.3 * cell.height and run.area.width < run.area.height


def _placed(run: Run, found: tuple[Character, ...]) -> tuple[Character, ...]:
    """Characters of a scaled strip at their places on the page; signs that are no single character are taken apart."""
    factor = max(run.area.height / STRIP_HEIGHT, run.area.width / WIDEST_STRIP)
    placed = []
    for one in found:
        text = plain(one.text)
        left = run.area.left + one.area.left * factor
        step = one.area.width * factor / max(1, len(text))
        for number, letter in enumerate(text):
            start = round(left + number * step)
            area = Area(start, run.area.top, max(start + 1, round(start + step)), run.area.bottom)
            placed.append(Character(letter, area, one.confidence))
    return tuple(placed)


def _lines(inside: list[tuple[Run, tuple[Character, ...]]]) -> list[list[tuple[Run, tuple[Character, ...]]]]:
    lines: list[list[tuple[Run, tuple[Character, ...]]]] = []
    for one in sorted(inside, key=lambda one: one[0].area.middle[1]):
        line = next((line for line in lines if _is_on(line, one[0])), None)
        if line is None:
            lines.append(line := [])
        line.append(one)
    return [sorted(line, key=lambda one: one[0].area.left) for line in lines]


def _is_on(line: list[tuple[Run, tuple[Character, ...]]], run: Run) -> bool:
    return around(one.area for one, _ in line).is_level_with(run.area)


def _block(line: list[tuple[Run, tuple[Character, ...]]], cell: Area | None) -> Block:
    characters = tuple(one for _, found in line for one in found)
    return Block(characters, around(run.area for run, _ in line), cell)
