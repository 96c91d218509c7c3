"""Pictures from outside: what they claim to be is looked at before anything unpacks them."""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.face.picture_size import size_of
from appliance.eligibility.trouble import Trouble

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 32_000_000
LONGEST_SIDE = 9_000
SHORTEST_SIDE = 300

_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""PNG and JPEG: what cameras and scanners make, and no decoder more than that."""


def require_fit(data: bytes) -> None:
    """Raises `Trouble` PAPER-001 unless `data` claims to be a picture of a size that may be unpacked."""
    if len(data) > MOST_BYTES:
        raise Trouble("PAPER-001", f"{MOST_BYTES // 1024 // 1024}MBまでです")
    if not data.startswith(_HEADS):
        raise Trouble("PAPER-001", "JPEGでもPNGでもありません")
    try:
        size = size_of(data)
    except Trouble as trouble:
        raise Trouble("PAPER-001", "ヘッダーが壊れています") from trouble
    width, height = size.width, size.height
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
