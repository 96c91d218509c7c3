"""Pictures in memory: decoded within bounds, grey or colour, and overwritten after use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.devices.face.picture_size import size_of
from appliance.eligibility.trouble import Trouble

Picture = NDArray[np.uint8]
"""Rows of grey (height, width), or of colour (height, width, 3) in the order red, green, blue."""

MOST_BYTES = 20 << 20
MOST_PIXELS = 25_000_000
CARD_MOST_BYTES = 64 << 10
CARD_MOST_SIDE = 1024
CARD_FEWEST_SIDE = 64


def quiet_opencv() -> None:
    """Keep OpenCV's own lines off stderr (it comments on every second JPEG 2000) and to one thread."""
    cv2.utils.logging.setLogLevel(0)
    cv2.setNumThreads(1)


def decode(data: bytes | bytearray) -> Picture:
    """A picture in colour. Raises `Trouble` FACE-003 (no picture, broken) or FACE-004 (too large to be decoded)."""
    if len(data) > MOST_BYTES:
        raise Trouble("FACE-004", f"{len(data):,}バイト")
    size = size_of(data)
    if size.pixels > MOST_PIXELS:
        raise Trouble("FACE-004", f"{size.width}×{size.height}画素")
    return _decoded(data, cv2.IMREAD_COLOR_RGB)


def decode_card_photo(data: bytes | bytearray) -> Picture:
    """The card's photo in grey. Raises `Trouble` FACE-003 or FACE-004, the latter also when it is much too small."""
    if len(data) > CARD_MOST_BYTES:
        raise Trouble("FACE-004", f"{len(data):,}バイト")
    size = size_of(data)
    if not all(CARD_FEWEST_SIDE <= side <= CARD_MOST_SIDE for side in (size.width, size.height)):
        raise Trouble("FACE-004", f"{size.width}×{size.height}画素")
    return _decoded(data, cv2.IMREAD_GRAYSCALE)


def _decoded(data: bytes | bytearray, how: int) -> Picture:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error as error:
        raise Trouble("FACE-003", f"OpenCV {error.code}") from None
    if picture is None:
        raise Trouble("FACE-003", "途中で切れているか、壊れています")
    return picture.astype(np.uint8, copy=False)


def grey(picture: Picture) -> Picture:
    """The picture in grey; itself when it is grey already."""
    return (
        picture
        if picture.ndim == 2
        else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    )


def in_colour(picture: Picture) -> Picture:
    """The picture with three components; itself when it has them already."""
    return (
        picture
        if picture.ndim == 3
        else cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB).astype(np.uint8, copy=False)
    )


def wipe(*pictures: NDArray[Any] | bytearray) -> None:
    """Overwrite what was seen with zeros."""
    for picture in pictures:
        if isinstance(picture, bytearray):
            picture[:] = bytes(len(picture))
        elif picture.flags.writeable:
            picture.fill(0)


@contextmanager
def wiped(*pictures: NDArray[Any] | bytearray) -> Iterator[None]:
    """Overwrite the pictures when the block is left, however it is left."""
    try:
        yield
    finally:
        wipe(*pictures)
