"""Pictures from outside: what they claim to be is looked at before anything unpacks them."""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.eligibility.trouble import Trouble

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 32_000_000
LONGEST_SIDE = 9_000
SHORTEST_SIDE = 300

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_ALONE = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height that a JPEG or PNG names in its head. Raises `ValueError` for anything else."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(_JPEG):
        return _jpeg_size(data)
    raise ValueError("neither JPEG nor PNG")


def require_fit(data: bytes) -> None:
    """Raises `Trouble` PAPER-001 unless `data` claims to be a picture of a size that may be unpacked."""
    if len(data) > MOST_BYTES:
        raise Trouble("PAPER-001", f"{MOST_BYTES // 1024 // 1024}MBまでです")
    try:
        width, height = size_of(data)
    except ValueError as error:
        raise Trouble("PAPER-001", "JPEGでもPNGでもありません") from error
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise Trouble("PAPER-001", f"{width}x{height}画素は大きすぎます")
    if min(width, height) < SHORTEST_SIDE:
        raise Trouble("PAPER-001", f"{width}x{height}画素は小さすぎます")


def decoded(data: bytes) -> MatLike:
    """The picture, blue green red. Raises `Trouble` PAPER-001 when it does not fit or is broken."""
    require_fit(data)
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise Trouble("PAPER-001", "途中で壊れています") from error
    # OpenCV gives no array for a broken file, whatever its types say.
    if not isinstance(found, np.ndarray):
        raise Trouble("PAPER-001", "途中で壊れています")
    return found


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise ValueError("no frame")
