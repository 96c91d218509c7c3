"""Unpacking a picture from outside."""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper.bounds import require_fit
from appliance.eligibility.trouble import Trouble


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
