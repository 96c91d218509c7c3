"""Debian's Tesseract on many small strips at once. Nothing is written anywhere: pictures go in and text comes out by pipes."""

import html
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
from cv2.typing import MatLike

from appliance.devices.paper.areas import Area
from appliance.eligibility.trouble import Trouble

PROGRAM = "tesseract"
LONGEST = 60.0
"""Seconds one call may take, on a slow board too."""

DIGITS: Mapping[str, str] = {"tessedit_char_whitelist": "0123456789"}
LINE, RAW_LINE = "7", "13"
_RIM = 12
_PAGE = re.compile(r"<div class='ocr_page' id='page_(\d+)'")
_CHARACTER = re.compile(r"x_bboxes (\d+) (\d+) (\d+) (\d+); x_conf ([\d.]+)[^>]*>(?:<strong>|<em>)*([^<]+)")


@dataclass(frozen=True)
class Character:
    """One character: its place on the strip in pixels, and from 0 to 1 how sure the engine is."""

    text: str
    area: Area
    confidence: float


def read_strips(
    strips: Sequence[MatLike], language: str, options: Mapping[str, str] | None = None
) -> list[tuple[Character, ...]]:
    """The characters of each grey strip, each taken for one line of text.

    Where the engine finds no line it is made to look again without asking itself whether there is one.
    Raises `Trouble` PAPER-004 when Tesseract is missing or fails, PAPER-003 when it takes too long.
    """
    found = _read(strips, language, LINE, options or {})
    empty = [number for number, one in enumerate(found) if not one]
    again = _read([strips[number] for number in empty], language, RAW_LINE, options or {})
    for number, one in zip(empty, again, strict=True):
        found[number] = one
    return found


def _read(
    strips: Sequence[MatLike], language: str, mode: str, options: Mapping[str, str]
) -> list[tuple[Character, ...]]:
    if not strips:
        return []
    rimmed = [_rimmed(strip) for strip in strips]
    _, packed = cv2.imencodemulti(".tiff", rimmed)
    found: list[tuple[Character, ...]] = [()] * len(strips)
    parts = _PAGE.split(_said(bytes(packed), language, mode, options))
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        if 0 < int(number) <= len(found):
            found[int(number) - 1] = _characters(text)
    return found


def _rimmed(strip: MatLike) -> MatLike:
    return cv2.copyMakeBorder(strip, _RIM, _RIM, _RIM, _RIM, cv2.BORDER_CONSTANT, value=(255,))


def _said(tiff: bytes, language: str, mode: str, options: Mapping[str, str]) -> str:
    chosen = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [PROGRAM, "stdin", "stdout", "-l", language, "--psm", mode, "-c", "hocr_char_boxes=1", *chosen]
    # With more than one thread on two busy cores a page took a minute instead of half a second.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            [*command, "hocr"], input=tiff, capture_output=True, check=True, timeout=LONGEST, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise Trouble("PAPER-003", "tesseract") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble("PAPER-004", type(error).__name__) from error
    return done.stdout.decode("utf-8", "replace")


def _characters(page: str) -> tuple[Character, ...]:
    found = []
    for left, top, right, bottom, sure, text in _CHARACTER.findall(page):
        area = Area(int(left) - _RIM, int(top) - _RIM, int(right) - _RIM, int(bottom) - _RIM)
        found.append(Character(html.unescape(text), area, float(sure) / 100))
    return tuple(found)
