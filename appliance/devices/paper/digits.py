"""Numbers read digit by digit: each column of ink is one digit, and two renderings must read the same."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper.areas import Area, around
from appliance.devices.paper.page import Page
from appliance.devices.paper.regions import Region
from appliance.devices.paper.tesseract import DIGITS, read_strips
from appliance.devices.paper.words import scaled

MOST_DIGITS = 16
_SPECK = 0.45
"""Marks lower than this share of the line are dots and hyphens, not digits."""


@dataclass(frozen=True)
class DigitReading:
    """What the renderings read, and from 0 to 1 how sure the least sure digit is. `count` is the number of ink columns."""

    texts: tuple[str, ...]
    confidence: float
    count: int

    @property
    def is_agreed(self) -> bool:
        """Whether all read the same, and as many digits as there are columns of ink."""
        return len(set(self.texts)) == 1 and len(self.texts[0]) == self.count


def read_digits(page: Page, regions: list[Region]) -> list[DigitReading]:
    """Read each region as one number. Raises `Trouble` as `read_strips` does."""
    columns = [columns_of(region) for region in regions]
    strips = [strip for one in columns for strip in _renderings(page, one)]
    read = iter(read_strips(strips, "eng", DIGITS))
    found = []
    for one in columns:
        texts = [next(read) for _ in range(2)] if one else [(), ()]
        sure = min((c.confidence for text in texts for c in text), default=0.0)
        found.append(DigitReading(tuple("".join(c.text for c in text) for text in texts), sure, len(one)))
    return found


def columns_of(region: Region) -> tuple[Area, ...]:
    """The digits' places in the region's tallest line; empty when there are too many or one is no digit's shape."""
    line = max(region.lines, key=lambda line: around(line).height)
    columns: list[Area] = []
    for glyph in line:
        if columns and glyph.left < columns[-1].right - 1:
            columns[-1] = around((columns[-1], glyph))
        else:
            columns.append(glyph)
    usual = float(np.median([one.height for one in columns]))
    kept = tuple(one for one in columns if not _is_speck(one, usual))
    fits = all(0.75 * usual < one.height < 1.3 * usual and one.width < 1.1 * one.height for one in kept)
    return kept if fits and 0 < len(kept) <= MOST_DIGITS else ()


def _is_speck(column: Area, usual: float) -> bool:
    return max(column.height, column.width) < 0.25 * usual


def _renderings(page: Page, columns: tuple[Area, ...]) -> list[MatLike]:
    if not columns:
        return []
    grey = _squeezed([page.cut(_rimmed(one, page)) for one in columns], columns)
    ink = _squeezed([_ink(page, _rimmed(one, page)) for one in columns], columns)
    return [scaled(grey, 36), scaled(cv2.GaussianBlur(ink, (0, 0), 1.2), 48)]


def _rimmed(one: Area, page: Page) -> Area:
    return one.wider(2, 2, page.whole)


def _ink(page: Page, area: Area) -> MatLike:
    return cv2.bitwise_not(page.ink[area.top : area.bottom, area.left : area.right])


def _squeezed(crops: list[MatLike], columns: tuple[Area, ...]) -> MatLike:
    """The digits beside each other as if printed without boxes, each at its own height in the line."""
    line = around(columns)
    height = line.height + 4
    gap = np.full((height, max(3, round(0.18 * line.height))), 255, np.uint8)
    parts: list[MatLike] = [gap]
    for crop, column in zip(crops, columns, strict=True):
        room = np.full((height, crop.shape[1]), 255, np.uint8)
        top = column.top - line.top
        part = crop[: height - top]
        room[top : top + part.shape[0]] = part
        parts += [room, gap]
    return np.hstack(parts)
