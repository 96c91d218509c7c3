"""A flat paper taken apart: ink without ruling lines, the cells those lines make, glyphs, and runs of glyphs."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper.areas import Area, around
from appliance.eligibility.trouble import Trouble

MOST_GLYPHS = 4000
MOST_RUNS = 260
_CELL_ROOM = 0.25
"""A cell that takes a larger share of the page than this is its frame and holds lines of their own."""


@dataclass(frozen=True)
class Run:
    """Glyphs beside each other in one cell. `cell` is 0 outside of all small cells."""

    area: Area
    cell: int


@dataclass(frozen=True)
class Page:
    """`grey` has an even white ground; `ink` is 255 where text is. `em` is the usual height of a character, in pixels.

    `cells` are the small cells by number.
    """

    grey: MatLike
    ink: MatLike
    em: float
    glyphs: tuple[Area, ...]
    cells: dict[int, Area]
    runs: tuple[Run, ...]

    @property
    def whole(self) -> Area:
        """The area of the page."""
        return Area(0, 0, self.grey.shape[1], self.grey.shape[0])

    @property
    def is_across(self) -> bool:
        """Whether most characters have their nearest neighbour beside rather than below them: text lies across."""
        middles = np.array([glyph.middle for glyph in self.glyphs])
        few = middles[:: max(1, len(middles) // 400)]
        away = np.abs(few[:, None] - middles[None])
        away[np.hypot(away[..., 0], away[..., 1]) < 0.7 * self.em] = np.inf
        nearest = np.hypot(away[..., 0], away[..., 1]).argmin(axis=1)
        beside, below = away[np.arange(len(few)), nearest].T
        return bool((beside > below).mean() > 0.5)

    def cut(self, area: Area) -> MatLike:
        """The grey picture of `area`, without ruling lines."""
        rows, columns = slice(area.top, area.bottom), slice(area.left, area.right)
        near = cv2.dilate(self.ink[rows, columns], np.ones((5, 5), np.uint8))
        return np.where(near > 0, self.grey[rows, columns], 255).astype(np.uint8)


def page_of(paper: MatLike) -> Page:
    """Take apart a flat `paper` in colour. Raises `Trouble` PAPER-002 when it holds no text, or far too much."""
    # Seals are red: in the red channel they are as bright as the paper.
    grey = _even(paper[:, :, 2])
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, 41, 18)
    _clear_rim(dark)
    lines = _lines(dark)
    thick = cv2.dilate(lines, np.ones((5, 5), np.uint8))
    ink = cv2.bitwise_and(dark, cv2.bitwise_not(thick))
    glyphs = _glyphs(ink)
    if not 8 <= len(glyphs) <= MOST_GLYPHS:
        raise Trouble("PAPER-002", f"文字らしいもの{len(glyphs)}個")
    em = _em(glyphs)
    numbers, cells = _cells(lines)
    runs = _runs(glyphs, numbers, cells, em)
    if len(runs) > MOST_RUNS:
        raise Trouble("PAPER-002", f"文字列{len(runs)}個")
    return Page(grey, ink, em, glyphs, cells, runs)


def _even(channel: MatLike) -> MatLike:
    """Shadows taken away: each place measured against the paper around it."""
    small = cv2.resize(channel, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 31)
    full = cv2.resize(ground, channel.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(channel, np.maximum(full, 1), scale=250)


def _clear_rim(dark: MatLike) -> None:
    """The paper's edge and a strip of the desk are no ink."""
    rim = max(dark.shape[:2]) // 120
    dark[:rim] = dark[-rim:] = dark[:, :rim] = dark[:, -rim:] = 0


def _lines(dark: MatLike) -> MatLike:
    """Ruling lines: long ones, and short ones that end at others on both sides, as those of boxes do."""
    side = max(dark.shape[:2])
    across = _long(dark, (side // 30, 1))
    down = _long(dark, (1, side // 60))
    down = _kept(down, across, side // 12, is_across=False)
    return cv2.bitwise_or(_kept(across, down, side // 12, is_across=True), down)


def _kept(lines: MatLike, others: MatLike, enough: int, *, is_across: bool) -> MatLike:
    near = cv2.dilate(others, np.ones((9, 9), np.uint8))
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(lines)
    keep = np.zeros(len(stats), bool)
    for number, (left, top, width, height, _size) in enumerate(stats.tolist()):
        if is_across:
            ends = (
                near[top : top + height, max(0, left - 3) : left + 4],
                near[top : top + height, left + width - 4 : left + width + 3],
            )
        else:
            ends = (
                near[max(0, top - 3) : top + 4, left : left + width],
                near[top + height - 4 : top + height + 3, left : left + width],
            )
        keep[number] = max(width, height) > enough or all(end.any() for end in ends)
    keep[0] = False
    return np.where(keep[numbers], 255, 0).astype(np.uint8)


def _long(dark: MatLike, size: tuple[int, int]) -> MatLike:
    thicker = cv2.dilate(dark, np.ones((3, 1) if size[0] > 1 else (1, 3), np.uint8))
    found = cv2.morphologyEx(thicker, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
    reach = (9, 1) if size[0] > 1 else (1, 9)
    return cv2.dilate(found, cv2.getStructuringElement(cv2.MORPH_RECT, reach))


def _glyphs(ink: MatLike) -> tuple[Area, ...]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found = []
    for left, top, width, height, size in stats[1:].tolist():
        if size >= 12 and max(width, height) >= 6 and max(width, height) <= ink.shape[0] // 6:
            found.append(Area(left, top, left + width, top + height))
    return tuple(found)


def _em(glyphs: tuple[Area, ...]) -> float:
    heights = sorted(max(one.width, one.height) for one in glyphs)
    return max(12.0, float(heights[int(len(heights) * 0.7)]))


def _cells(lines: MatLike) -> tuple[MatLike, dict[int, Area]]:
    """The number of the cell at each pixel, and the areas of those that are small enough to hold one thing."""
    air = cv2.bitwise_not(lines)
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(air, connectivity=4)
    room = lines.shape[0] * lines.shape[1] * _CELL_ROOM
    cells = {}
    for number, (left, top, width, height, size) in enumerate(stats.tolist()):
        is_box = size > 0.8 * width * height
        if number and is_box and size < room and min(width, height) >= 10:
            cells[number] = Area(left, top, left + width, top + height)
    return numbers, cells


def _runs(glyphs: tuple[Area, ...], numbers: MatLike, cells: dict[int, Area], em: float) -> tuple[Run, ...]:
    by_cell: dict[int, list[Area]] = {}
    for glyph in glyphs:
        across, down = glyph.middle
        number = int(numbers[int(down), int(across)])
        by_cell.setdefault(number if number in cells else 0, []).append(glyph)
    return tuple(Run(area, cell) for cell, inside in by_cell.items() for area in _joined(inside, em))


def _joined(glyphs: list[Area], em: float) -> list[Area]:
    """Glyphs of one cell in runs: level with each other and less than a character and a half apart."""
    lines: list[list[Area]] = []
    for glyph in sorted(glyphs, key=lambda one: -one.height):
        line = next((line for line in lines if _fits(around(line), glyph)), None)
        if line is None:
            lines.append(line := [])
        line.append(glyph)
    return [run for line in lines for run in _split(line, em)]


def _fits(line: Area, glyph: Area) -> bool:
    shared = min(line.bottom, glyph.bottom) - max(line.top, glyph.top)
    return shared > 0.5 * min(glyph.height, line.height) and glyph.height < 1.6 * line.height


def _split(line: list[Area], em: float) -> list[Area]:
    ordered = sorted(line, key=lambda one: one.left)
    tall = max(one.height for one in ordered)
    if tall < 0.35 * em:
        return []
    gap = 1.4 * max(tall, 0.8 * em)
    runs = [[ordered[0]]]
    for glyph in ordered[1:]:
        if glyph.left - max(one.right for one in runs[-1]) > gap:
            runs.append([])
        runs[-1].append(glyph)
    return [around(run) for run in runs]
