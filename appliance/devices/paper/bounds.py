"""What a picture claims to be, looked at before anything unpacks it. Loads no decoder: the devices process uses it too."""

from appliance.devices.face.picture_size import size_of
from appliance.eligibility.trouble import Trouble
from appliance.paper_hatch import MOST_BYTES

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
