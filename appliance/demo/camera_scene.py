"""What the virtual camera sees: who stands there, how turned, in which light. Pure: the same scene and number, same frame."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from appliance.demo.likeness import SIZE, Likeness, head, likeness_of, turned

WIDTH, HEIGHT = 640, 480
_NEAR = 0.8
_WALL = 172
Frame = NDArray[np.uint8]


class Light(StrEnum):
    """The light at the desk. BACKLIT: a window behind the person."""

    ORDINARY = "ordinary"
    DARK = "dark"
    BRIGHT = "bright"
    BACKLIT = "backlit"


class Wearing(StrEnum):
    """What hides a part of the face."""

    NOTHING = "nothing"
    MASK = "mask"
    SUNGLASSES = "sunglasses"


@dataclass(frozen=True)
class Scene:
    """`people` by id (of the demo, or any word), left to right. `yaw` in degrees, positive to the person's own left.

    `distance` is 1 for somebody right in front, larger further away. `blur` in pixels. `picture`: a flat picture of the
    person is held up and turned instead of a head. `card`: whose card is held before the camera, its `back` to it, or with a lamp's
    `glare` in it; see `card_scene`.
    """

    people: tuple[str, ...] = ()
    yaw: float = 0.0
    light: Light = Light.ORDINARY
    wearing: Wearing = Wearing.NOTHING
    distance: float = 1.0
    blur: float = 0.0
    picture: bool = False
    aside: float = field(default=0.0)
    card: str = ""
    back: bool = False
    glare: bool = False


def frame(scene: Scene, number: int) -> Frame:
    """Frame `number` of `scene`: grey, 480 x 640, with the noise of a cheap sensor."""
    seen = np.full((HEIGHT, WIDTH), 245.0 if scene.light is Light.BACKLIT else float(_WALL), np.float32)
    for place, who in enumerate(scene.people):
        middle = WIDTH * (place + 1) / (len(scene.people) + 1) + scene.aside
        _place(seen, likeness_of(who), scene, middle)
    if scene.blur:
        soft = Image.fromarray(seen.clip(0, 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(scene.blur)
        )
        seen = np.asarray(soft, np.float32)
    noise = np.random.default_rng(number).normal(0, 2.5, seen.shape)
    return (lit(seen, scene.light) + noise).clip(0, 255).astype(np.uint8)


def portrait(seed: str, size: tuple[int, int] = (240, 320)) -> Frame:
    """The photo on somebody's card: grey, `size` as (width, height), frontal, evenly lit."""
    greys, coverage = turned(head(likeness_of(seed)), 0)
    seen = greys * coverage + 222 * (1 - coverage)
    return np.asarray(
        Image.fromarray(seen.clip(0, 255).astype(np.uint8)).resize(size, Image.Resampling.LANCZOS)
    )


def lit(seen: NDArray[np.float32], light: Light) -> NDArray[np.float32]:
    """What is seen in this light; brighter than white where that overexposes."""
    factor = {Light.DARK: 0.07, Light.BRIGHT: 2.4}.get(light, 1.0)
    return seen * np.float32(factor)


def _place(seen: NDArray[np.float32], one: Likeness, scene: Scene, middle: float) -> None:
    scale = _NEAR / scene.distance
    planes = head(one)
    if scene.wearing is not Wearing.NOTHING:
        planes = (_worn(planes[0], one, scene.wearing), *planes[1:])
    greys, coverage = turned(planes, 0.0 if scene.picture else scene.yaw)
    narrow = np.cos(np.deg2rad(scene.yaw)) if scene.picture else 1.0
    size = (max(1, round(SIZE[0] * scale * float(narrow))), max(1, round(SIZE[1] * scale)))
    dim = 0.22 if scene.light is Light.BACKLIT else 1.0
    shown, covered = _resized(greys * np.float32(dim), size), _resized(coverage, size)
    _paste(seen, shown, covered, round(middle - size[0] / 2), round(HEIGHT * 0.48 - size[1] / 2))


def _paste(
    seen: NDArray[np.float32], shown: NDArray[np.float32], covered: NDArray[np.float32], left: int, top: int
) -> None:
    height, width = shown.shape
    rows, columns = (
        slice(max(top, 0), min(top + height, HEIGHT)),
        slice(max(left, 0), min(left + width, WIDTH)),
    )
    inner = (slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
    if rows.start < rows.stop and columns.start < columns.stop:
        part = covered[inner]
        seen[rows, columns] = shown[inner] * part + seen[rows, columns] * (1 - part)


def _resized(plane: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    resized = Image.fromarray(plane.astype(np.float32)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized, np.float32)


def _worn(greys: NDArray[np.float32], one: Likeness, wearing: Wearing) -> NDArray[np.float32]:
    picture = Image.fromarray(greys.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    x, y = SIZE[0] / 2, 196 + one.eye_line
    if wearing is Wearing.SUNGLASSES:
        for side in (-1, 1):
            centre = x + side * one.eyes_apart
            pen.ellipse((centre - 29, y - 20, centre + 29, y + 22), fill=18)
        pen.line((x - 12, y - 2, x + 12, y - 2), fill=18, width=6)
    else:
        top, chin = y + one.nose_length * 0.5, 196 + one.height
        pen.polygon(
            [
                (x, top - 6),
                (x + 70, top + 12),
                (x + 62, chin - 22),
                (x, chin + 4),
                (x - 62, chin - 22),
                (x - 70, top + 12),
            ],
            fill=232,
        )
    return np.asarray(picture, np.float32)
