"""Somebody holds a card up to the virtual camera: what it sees then, larger than it sees faces. Pure, as `camera_scene`."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from appliance.demo import card_drawing, people
from appliance.demo.camera_scene import Frame, Light, Scene, frame, lit

WIDTH, HEIGHT = 1280, 720
_ACROSS = 820
"""Pixels across a card held right in front."""

_SHAKE = 2.0
_SKIN = 150


def view(scene: Scene, number: int) -> Frame:
    """Frame `number` of `scene`: the people in it, and before them the card where one is held up."""
    if not scene.card:
        return frame(scene, number)
    shake = np.random.default_rng(number)
    behind = _behind(replace(scene, card="", light=Light.ORDINARY))
    seen = np.asarray(_held(scene, shake, behind), np.float32)
    if scene.glare:
        seen = seen + _spot()
    noise = shake.normal(0, 2.5, seen.shape)
    return (lit(seen, scene.light) + noise).clip(0, 255).astype(np.uint8)


@lru_cache(maxsize=4)
def _behind(scene: Scene) -> Image.Image:
    """The room, a little darker than the card, at the size of these frames."""
    room = Image.new("L", (WIDTH, HEIGHT), 104)
    people_there = Image.fromarray((frame(scene, 0) * 0.6).astype(np.uint8)).resize((HEIGHT * 4 // 3, HEIGHT))
    room.paste(people_there, ((WIDTH - people_there.width) // 2, 0))
    return room


@lru_cache(maxsize=4)
def _card(person: str, is_back: bool) -> Image.Image:
    printed = card_drawing.Printed.of(people.person(person))
    return (card_drawing.back if is_back else card_drawing.front)(printed).convert("L")


def _held(scene: Scene, shake: np.random.Generator, behind: Image.Image) -> Image.Image:
    card = _card(scene.card, scene.back)
    across = _ACROSS / scene.distance
    down = across * card.height / card.width
    middle = np.array((WIDTH / 2 + scene.aside, HEIGHT * 0.52))
    lean = np.array([(-1.0, -1.0), (0.97, -1.02), (1.02, 0.98), (-0.99, 1.0)])
    corners = middle + lean * (across / 2, down / 2) + shake.normal(0, _SHAKE, (4, 2))
    numbers = _perspective(corners, card.size)
    size = (WIDTH, HEIGHT)
    laid = card.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    mask = Image.new("L", card.size, 255).transform(size, Image.Transform.PERSPECTIVE, numbers)
    held = behind.copy()
    held.paste(laid, (0, 0), mask)
    _thumb(held, corners)
    return held.filter(ImageFilter.GaussianBlur(max(scene.blur, 0.6)))


def _thumb(held: Image.Image, corners: NDArray[np.float64]) -> None:
    """The thumb that holds it, over the lower edge at the right."""
    x, y = corners[2] * 0.8 + corners[3] * 0.2
    ImageDraw.Draw(held).rounded_rectangle((x - 34, y - 46, x + 34, HEIGHT), 34, fill=_SKIN)


def _spot() -> NDArray[np.float32]:
    """A lamp mirrored in the card, over what is printed in the middle."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    away = ((across - WIDTH * 0.52) / 170) ** 2 + ((down - HEIGHT * 0.5) / 100) ** 2
    spot: NDArray[np.float32] = (330 * np.exp(-away / 2)).astype(np.float32)
    return spot


def _perspective(corners: NDArray[np.float64], size: tuple[int, int]) -> tuple[float, ...]:
    """Pillow's eight numbers, by which each place of the frame finds its place on the card."""
    goal = [(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, goal, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(values)).tolist())
