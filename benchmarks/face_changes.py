"""What happens to faces at a reception desk, made from plain pictures: card photo, mask, glasses, bad light.

Everything is drawn from the five points of the plain picture, with a fixed seed. It stands for the real thing as far as
a drawing can: a drawn mask hides what a mask hides, and has no folds, straps or colours of its own.
"""

from collections.abc import Callable

import cv2
import numpy as np

from appliance.devices.face.finding import Face
from appliance.devices.face.picture import Picture

CARD_HEIGHT = 320
CARD_BYTES = 5500
Change = Callable[[Picture, Face], Picture]


def as_card(picture: Picture, _: Face) -> Picture:
    """Grey, 320 pixels high, through a JPEG 2000 of about 5 KB."""
    scale = CARD_HEIGHT / picture.shape[0]
    small = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), None, fx=scale, fy=scale)
    encoded = b""
    for rate in (100, 80, 60, 45, 30, 20, 10):
        done, buffer = cv2.imencode(".jp2", small, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, rate])
        encoded = buffer.tobytes() if done else b""
        if len(encoded) <= CARD_BYTES:
            break
    back = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    if back is None:
        raise ValueError("the card's picture cannot be read back")
    return cv2.cvtColor(back, cv2.COLOR_GRAY2RGB).astype(np.uint8)


def _frame(face: Face) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The middle of the eyes, one eye distance to the right, one downwards."""
    left, right = face.eyes
    across = right - left
    return (left + right) / 2, across, np.array([-across[1], across[0]])


def _polygon(face: Face, corners: list[tuple[float, float]]) -> np.ndarray:
    middle, across, down = _frame(face)
    return np.array([middle + x * across + y * down for x, y in corners]).round().astype(np.int32)


def masked(picture: Picture, face: Face) -> Picture:
    """A white mask from the bridge of the nose to below the chin, with three pleats."""
    out = picture.copy()
    outline = [(0, 0.32), (0.55, 0.42), (0.95, 0.62), (0.85, 1.45), (0.4, 1.9), (0, 1.98)]
    outline += [(-x, y) for x, y in reversed(outline[1:-1])]
    cv2.fillPoly(out, [_polygon(face, outline)], (225, 228, 230), lineType=cv2.LINE_AA)
    thick = max(1, round(float(np.linalg.norm(_frame(face)[1])) / 60))
    for y in (0.8, 1.05, 1.3):
        line = _polygon(face, [(-0.8, y), (0, y + 0.06), (0.8, y)])
        cv2.polylines(out, [line], False, (198, 202, 205), thick, cv2.LINE_AA)
    return out


def _eyewear(picture: Picture, face: Face, *, dark: bool) -> Picture:
    out = picture.copy()
    apart = float(np.linalg.norm(_frame(face)[1]))
    thick = max(1, round(apart / 18))
    for side in (-0.5, 0.5):
        (x, y), *_ = _polygon(face, [(side, 0.03)])
        axes = (round(apart * 0.36), round(apart * 0.28))
        cv2.ellipse(out, (int(x), int(y)), axes, 0, 0, 360, (30, 30, 32), -1 if dark else thick, cv2.LINE_AA)
    bridge = _polygon(face, [(-0.16, 0), (0.16, 0)])
    cv2.polylines(out, [bridge], False, (30, 30, 32), thick, cv2.LINE_AA)
    for side in (-1.0, 1.0):
        cv2.polylines(
            out, [_polygon(face, [(side * 0.86, 0), (side * 1.15, -0.05)])], False, (30, 30, 32), thick
        )
    return out


def with_glasses(picture: Picture, face: Face) -> Picture:
    """Dark frames around both eyes."""
    return _eyewear(picture, face, dark=False)


def with_sunglasses(picture: Picture, face: Face) -> Picture:
    """The same with black lenses."""
    return _eyewear(picture, face, dark=True)


def darkened(picture: Picture, _: Face) -> Picture:
    """A seventh of the light, with a cheap sensor's noise."""
    return _noisy(picture.astype(np.float32) / 7, 2.5)


def backlit(picture: Picture, face: Face) -> Picture:
    """A window behind: white around the head, the face at a quarter of its light, some haze over all."""
    middle, across, down = _frame(face)
    place = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    centre = middle + 0.55 * down
    apart = float(np.linalg.norm(across))
    radius = np.hypot((place[1] - centre[0]) / (1.25 * apart), (place[0] - centre[1]) / (1.75 * apart))
    inside = (1 / (1 + np.exp((radius - 1) * 12)))[..., np.newaxis]
    dim = picture.astype(np.float32) / 4 + 12
    return _noisy(dim * inside + 250 * (1 - inside), 2.0)


def _noisy(values: np.ndarray, sigma: float) -> Picture:
    noise = np.random.default_rng(20261122).normal(0, sigma, values.shape)
    return np.clip(values + noise, 0, 255).astype(np.uint8)


CHANGES: dict[str, Change] = {
    "card photo": as_card,
    "mask": masked,
    "glasses": with_glasses,
    "sunglasses": with_sunglasses,
    "dark": darkened,
    "backlit": backlit,
}
