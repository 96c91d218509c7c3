"""From a printed paper to the picture somebody takes of it: flat scans, phones, webcams; shadow, glare, noise, JPEG."""

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Way:
    """How a picture comes about. Angles in degrees; `share` is the paper's part of the picture's longer side."""

    name: str
    size: tuple[int, int]
    share: float
    turn: float
    tilt: float
    blur: float
    shadow: float
    glare: float
    noise: float
    quality: int


SCAN = Way("scan", (0, 0), 1.0, 2.0, 0.0, 0.4, 0.0, 0.0, 2.0, 85)
PHONE = Way("phone", (3264, 2448), 0.85, 8.0, 0.06, 0.9, 0.25, 0.15, 4.0, 88)
WEBCAM = Way("webcam", (1920, 1080), 0.92, 4.0, 0.03, 0.6, 0.15, 0.0, 5.0, 85)
HARD = Way("hard", (1600, 1200), 0.9, 12.0, 0.08, 1.1, 0.4, 0.3, 9.0, 70)
WAYS = (SCAN, PHONE, WEBCAM, HARD)


def pictured(printed: Image.Image, way: Way, seed: int, quarter_turns: int = 0) -> bytes:
    """JPEG bytes of `printed` as taken in this `way`, further turned by `quarter_turns` of 90 degrees."""
    rng = random.Random(f"{way.name}-{seed}")  # noqa: S311 - fakes that can be made again
    paper = np.asarray(printed)[:, :, ::-1].astype(np.uint8)
    placed = _scanned(paper, way, rng) if way.size == (0, 0) else _photographed(paper, way, rng)
    lit = _lit(placed, way, rng)
    blurred = cv2.GaussianBlur(lit, (0, 0), way.blur * rng.uniform(0.5, 1.2))
    noise = np.random.default_rng(rng.randrange(1 << 30)).standard_normal(blurred.shape, np.float32)
    noisy = np.clip(blurred + noise * way.noise, 0, 255).astype(np.uint8)
    turned = np.ascontiguousarray(np.rot90(noisy, quarter_turns))
    _, data = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, way.quality])
    return bytes(data)


def _scanned(paper: Picture, way: Way, rng: random.Random) -> NDArray[np.float32]:
    height, width = paper.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-way.turn, way.turn), 0.97)
    rim = rng.choice(((255, 255, 255), (238, 240, 240)))
    return cv2.warpAffine(paper, turn, (width, height), flags=cv2.INTER_AREA, borderValue=rim).astype(
        np.float32
    )


def _photographed(paper: Picture, way: Way, rng: random.Random) -> NDArray[np.float32]:
    height, width = paper.shape[:2]
    size = way.size if width >= height else way.size[::-1]
    factor = min(size[0] * way.share / width, size[1] * way.share / height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    middle = np.array((width / 2, height / 2), np.float32)
    angle = np.deg2rad(rng.uniform(-way.turn, way.turn))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    seen = (corners - middle) @ turn.T * factor * 0.93 + np.array(size, np.float32) / 2
    reach = way.tilt * max(width, height) * factor
    seen += np.array([(rng.uniform(-1, 1), rng.uniform(-1, 1)) for _ in range(4)], np.float32) * reach / 2
    view = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    desk = _desk(size, rng)
    # A camera averages what falls on one of its pixels; shrinking first keeps thin strokes alive.
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), view, size, flags=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(paper, (0, 0), max(0.01, 0.35 / factor)) if factor < 1 else paper
    laid = cv2.warpPerspective(soft, view, size, flags=cv2.INTER_LINEAR)
    share = (mask.astype(np.float32) / 255)[:, :, None]
    mixed: NDArray[np.float32] = (laid * share + desk * (1 - share)).astype(np.float32)
    return mixed


def _desk(size: tuple[int, int], rng: random.Random) -> NDArray[np.float32]:
    # The last one is as white as the paper.
    colour = rng.choice(
        ((70, 95, 130), (60, 60, 60), (120, 110, 95), (150, 165, 180), (40, 70, 50), (222, 226, 228))
    )
    grain = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 10, (size[1] // 8, size[0] // 8))
    rough = cv2.resize(grain, size, interpolation=cv2.INTER_LINEAR)[:, :, None]
    desk: NDArray[np.float32] = np.clip(np.array(colour, np.float32) + rough, 0, 255).astype(np.float32)
    return desk


def _lit(picture: NDArray[np.float32], way: Way, rng: random.Random) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    across, down = np.meshgrid(
        np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    )
    angle = rng.uniform(0, 2 * np.pi)
    slope = (across * np.cos(angle) + down * np.sin(angle) + 1.4) / 2.8
    lit = picture * (1 - way.shadow * slope)[:, :, None]
    if way.glare and rng.random() < 0.5:
        x, y, reach = rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8), rng.uniform(0.08, 0.25)
        spot = np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * reach**2))
        lit = lit + (255 * way.glare * 2) * spot[:, :, None]
    clipped: NDArray[np.float32] = np.clip(lit, 0, 255)
    return clipped
