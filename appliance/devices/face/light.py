"""Evening out bad light before a face is given up: the window behind the patient, the lamp that is off."""

import cv2
import numpy as np

from appliance.devices.face.picture import Picture, grey, wiped

_AIM = 110.0
_STRONGEST = 0.3


def relit(picture: Picture, face_light: float | None = None) -> Picture:
    """A copy with its dark parts lifted. `face_light` is the mean grey of the face where one is known.

    Where none is known the darker part of the middle of the frame is taken for it: against a window the face is that.
    """
    seen = max(face_light if face_light is not None else _dark_middle(picture), 2.0)
    exponent = float(np.clip(np.log(_AIM / 255) / np.log(min(seen, 250.0) / 255), _STRONGEST, 1.0))
    curve = (255 * (np.arange(256) / 255) ** exponent).round().astype(np.uint8)
    bright = cv2.LUT(picture, curve)
    lifted = cv2.cvtColor(bright, cv2.COLOR_RGB2YCrCb)
    with wiped(bright, lifted):
        lifted[:, :, 0] = cv2.createCLAHE(2.0, (4, 4)).apply(lifted[:, :, 0])
        return cv2.cvtColor(lifted, cv2.COLOR_YCrCb2RGB).astype(np.uint8, copy=False)


def _dark_middle(picture: Picture) -> float:
    height, width = picture.shape[:2]
    middle = picture[height // 5 : height * 4 // 5, width // 4 : width * 3 // 4]
    return float(np.percentile(grey(middle if middle.size else picture), 30))
