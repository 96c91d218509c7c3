"""Faces that belong to nobody: drawn from a seed, with enough shape and shade that a face detector takes them for faces.

A likeness is drawn flat, lit as a relief, and turned about its own axis, so that the nose moves against the eyes as it does
on a head and not on a picture of one.
"""

import random
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIZE = (300, 400)
_MIDDLE = (150.0, 196.0)
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """What makes a face this one: lengths in pixels of the drawing, greys from 0 to 255."""

    skin: int
    hair: int
    lips: int
    width: float
    height: float
    jaw: float
    fringe: float
    eyes_apart: float
    eye_line: float
    eye_width: float
    eye_height: float
    iris: int
    brow_gap: float
    brow_bend: float
    brow_thick: int
    nose_length: float
    nose_width: float
    nose_depth: float
    mouth_gap: float
    mouth_width: float
    lip_height: float
    beard: int
    lines: int


def likeness_of(seed: str) -> Likeness:
    """The face that belongs to `seed`, always the same one."""
    dice = random.Random(f"likeness {seed}")  # noqa: S311 - a drawing, not a secret
    skin = dice.randint(152, 214)
    return Likeness(
        skin=skin,
        hair=dice.choice((dice.randint(18, 60), dice.randint(18, 60), dice.randint(70, 120))),
        lips=skin - dice.randint(25, 62),
        width=dice.uniform(70, 100),
        height=dice.uniform(104, 132),
        jaw=dice.uniform(0.68, 1.0),
        fringe=dice.uniform(0.4, 0.8),
        eyes_apart=dice.uniform(32, 45),
        eye_line=dice.uniform(-22, 2),
        eye_width=dice.uniform(14, 22),
        eye_height=dice.uniform(4.5, 10.5),
        iris=dice.randint(15, 95),
        brow_gap=dice.uniform(14, 30),
        brow_bend=dice.uniform(-4, 9),
        brow_thick=dice.randint(2, 11),
        nose_length=dice.uniform(38, 62),
        nose_width=dice.uniform(11, 24),
        nose_depth=dice.uniform(28, 38),
        mouth_gap=dice.uniform(19, 33),
        mouth_width=dice.uniform(19, 37),
        lip_height=dice.uniform(3.5, 11.5),
        beard=dice.choice((0, 0, 0, dice.randint(25, 75))),
        lines=dice.choice((0, 0, dice.randint(12, 34))),
    )


@lru_cache(maxsize=32)
def head(likeness: Likeness) -> tuple[Plane, Plane, Plane]:
    """Greys, relief (pixels towards the viewer) and coverage (0 to 1) of the head, each (400, 300)."""
    flat = np.asarray(_drawn(likeness).filter(ImageFilter.GaussianBlur(1.1)), np.float32)
    relief = _relief(likeness)
    coverage = np.asarray(_outline(likeness).filter(ImageFilter.GaussianBlur(1.5)), np.float32) / 255
    lit: Plane = (flat * _light(relief)).astype(np.float32)
    return lit, relief, coverage.astype(np.float32)


def turned(planes: tuple[Plane, Plane, Plane], degrees: float) -> tuple[Plane, Plane]:
    """Greys and coverage of a head turned by `degrees` about its upright axis, positive to the picture's right."""
    greys, relief, coverage = planes
    angle = np.deg2rad(degrees)
    columns = np.arange(SIZE[0], dtype=np.float64)
    seen, covered = np.empty_like(greys), np.empty_like(coverage)
    for row in range(SIZE[1]):
        there = _MIDDLE[0] + (columns - _MIDDLE[0]) * np.cos(angle) + (relief[row] - 30) * np.sin(angle)
        # Where the nose hides the cheek behind it, the drawing is squeezed instead of cut.
        there = np.maximum.accumulate(there)
        seen[row] = np.interp(columns, there, greys[row])
        covered[row] = np.interp(columns, there, coverage[row], left=0, right=0)
    return seen, covered


def _oval(x: float, y: float, across: float, down: float) -> tuple[float, float, float, float]:
    return x - across, y - down, x + across, y + down


def _face_outline(one: Likeness) -> list[tuple[float, float]]:
    """The face from temple to temple over the chin; `jaw` is how wide it still is at the mouth."""
    points = []
    for step in range(60):
        turn = 2 * np.pi * step / 60
        x, y = np.cos(turn), np.sin(turn)
        narrow = 1 - (1 - one.jaw) * max(y, 0.0) ** 1.5
        points.append((_MIDDLE[0] + x * one.width * narrow, _MIDDLE[1] + y * one.height))
    return points


def _outline(one: Likeness) -> Image.Image:
    mask = Image.new("L", SIZE, 0)
    pen = ImageDraw.Draw(mask)
    pen.ellipse(_oval(_MIDDLE[0], _MIDDLE[1] - 26, one.width + 13, one.height * 0.98), fill=255)
    pen.polygon(_face_outline(one), fill=255)
    return mask


def _drawn(one: Likeness) -> Image.Image:
    picture = Image.new("L", SIZE, one.hair)
    pen = ImageDraw.Draw(picture)
    pen.polygon(_face_outline(one), fill=one.skin)
    _draw_age(pen, one)
    top = _MIDDLE[1] - one.height * one.fringe
    pen.rectangle((0, 0, SIZE[0], top - 14), fill=one.hair)
    pen.pieslice(_oval(_MIDDLE[0], top - 8, one.width + 10, 16), 180, 360, fill=one.hair)
    _draw_eyes(pen, one)
    _draw_nose(pen, one)
    _draw_mouth(pen, one)
    return picture


def _draw_age(pen: ImageDraw.ImageDraw, one: Likeness) -> None:
    """The shadow of a beard, and the lines that years draw."""
    x, nose = _MIDDLE[0], _MIDDLE[1] + one.eye_line + one.nose_length
    if one.beard:
        below = [(px, max(py, nose + 10)) for px, py in _face_outline(one) if py > nose - 20]
        pen.polygon(below, fill=one.skin - one.beard)
    if one.lines:
        for side in (-1, 1):
            fold = (
                x + side * (one.nose_width + 2),
                nose - 6,
                x + side * (one.mouth_width + 10),
                nose + one.mouth_gap,
            )
            pen.line(fold, fill=one.skin - one.lines, width=3)
            bag = _oval(
                x + side * one.eyes_apart, nose - one.nose_length + 6, one.eye_width, one.eye_height + 8
            )
            pen.arc(bag, 20, 160, fill=one.skin - one.lines, width=3)
        brow = _MIDDLE[1] + one.eye_line - one.brow_gap
        for up in (14, 24):
            pen.line((x - 34, brow - up, x + 34, brow - up), fill=one.skin - one.lines // 2, width=2)


def _draw_eyes(pen: ImageDraw.ImageDraw, one: Likeness) -> None:
    y = _MIDDLE[1] + one.eye_line
    for side in (-1, 1):
        x = _MIDDLE[0] + side * one.eyes_apart
        pen.ellipse(_oval(x, y - 2, one.eye_width + 5, one.eye_height + 7), fill=one.skin - 34)
        pen.ellipse(_oval(x, y + 1, one.eye_width + 2, one.eye_height + 3), fill=one.skin - 12)
        pen.ellipse(_oval(x, y, one.eye_width, one.eye_height), fill=225)
        pen.ellipse(_oval(x, y, 7.5, min(7.5, one.eye_height)), fill=one.iris)
        pen.ellipse(_oval(x, y, 3.2, 3.2), fill=8)
        pen.arc(_oval(x, y + 1, one.eye_width + 1, one.eye_height + 2), 190, 350, fill=30, width=3)
        brow = y - one.brow_gap
        inner, outer = x - side * (one.eye_width + 2), x + side * (one.eye_width + 6)
        pen.line((inner, brow, x, brow - one.brow_bend, outer, brow + 3), fill=one.hair, width=one.brow_thick)


def _draw_nose(pen: ImageDraw.ImageDraw, one: Likeness) -> None:
    x, top = _MIDDLE[0], _MIDDLE[1] + one.eye_line
    base = top + one.nose_length
    pen.ellipse(_oval(x, base + 1, one.nose_width, 7), fill=one.skin - 28)
    pen.ellipse(_oval(x, base - 5, one.nose_width * 0.62, 9), fill=one.skin + 12)
    for side in (-1, 1):
        pen.ellipse(_oval(x + side * one.nose_width * 0.5, base + 2, 4, 2.6), fill=45)
        pen.line((x + side * 8, top + 4, x + side * 9, base - 16), fill=one.skin - 16, width=4)


def _draw_mouth(pen: ImageDraw.ImageDraw, one: Likeness) -> None:
    x, y = _MIDDLE[0], _MIDDLE[1] + one.eye_line + one.nose_length + one.mouth_gap
    pen.ellipse(_oval(x, y - one.lip_height * 0.4, one.mouth_width, one.lip_height * 0.7), fill=one.lips)
    pen.ellipse(
        _oval(x, y + one.lip_height * 0.5, one.mouth_width * 0.85, one.lip_height), fill=one.lips + 12
    )
    pen.line((x - one.mouth_width, y - 1, x, y + 1, x + one.mouth_width, y - 1), fill=40, width=3)
    pen.ellipse(_oval(x, y + 2.4 * one.lip_height, one.mouth_width * 0.6, 4), fill=one.skin - 22)


def _relief(one: Likeness) -> Plane:
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    across, down = (x - _MIDDLE[0]) / (one.width + 16), (y - _MIDDLE[1] + 12) / (one.height + 22)
    skull = 78 * np.sqrt(np.clip(1 - across**2 - down**2, 0, None))
    from_bridge = (y - _MIDDLE[1] - one.eye_line) / one.nose_length
    ridge = np.clip(from_bridge, 0, 1) * np.exp(-np.clip(from_bridge - 1, 0, None) * 9)
    spread = 6 + 0.55 * one.nose_width * np.clip(from_bridge, 0, 1)
    nose = one.nose_depth * ridge * np.exp(-(((x - _MIDDLE[0]) / spread) ** 2))
    mouth_y = _MIDDLE[1] + one.eye_line + one.nose_length + one.mouth_gap
    mouth = 5 * np.exp(-(((x - _MIDDLE[0]) / 34) ** 2) - ((y - mouth_y) / 18) ** 2)
    sockets = sum(
        -8
        * np.exp(
            -(((x - _MIDDLE[0] - s * one.eyes_apart) / 24) ** 2) - ((y - _MIDDLE[1] - one.eye_line) / 16) ** 2
        )
        for s in (-1, 1)
    )
    relief: Plane = (skull + nose + mouth + sockets).astype(np.float32)
    return relief


def _light(relief: Plane) -> Plane:
    """How bright each place is under a lamp above and a little to the left."""
    down, across = np.gradient(relief)
    length = np.sqrt(across**2 + down**2 + 1)
    lit = (0.22 * across + 0.38 * down + 1.0) / length
    brightness: Plane = np.clip(0.42 + 0.6 * lit, 0.25, 1.15).astype(np.float32)
    return brightness
