"""Fronts and backs of cards that belong to nobody, and pictures of them as a camera at a reader takes them."""

import random
from datetime import date

import cv2
import numpy as np

from appliance.demo.card_drawing import FONTS, Printed, back, front
from appliance.devices.face.picture import Picture
from appliance.eligibility.card_face import CardFace
from tests.papers.distortion import Way, pictured

TODAY = date(2026, 11, 29)
_CAMERA = {"size": (1280, 720), "glare": 0.0, "quality": 85}
STILL = Way("still", share=0.75, turn=4, tilt=0.04, blur=0.6, shadow=0.15, noise=3, **_CAMERA)  # type: ignore[arg-type]
HAND = Way("hand", share=0.68, turn=10, tilt=0.08, blur=0.9, shadow=0.3, noise=5, **_CAMERA)  # type: ignore[arg-type]
POOR = Way("poor", share=0.62, turn=14, tilt=0.12, blur=1.3, shadow=0.45, noise=9, **_CAMERA)  # type: ignore[arg-type]
LAMP = Way("lamp", (1280, 720), 0.7, 8.0, 0.06, 0.8, 0.25, 0.35, 4.0, 85)
CARD_WAYS = (STILL, HAND, POOR, LAMP)
FIRST_DAY = date(1930, 1, 1).toordinal()


def nobodys(number: int) -> Printed:
    """What is printed on card `number`: any birth date from 昭和5年 on, any valid end, any code, one of three fonts."""
    dice = random.Random(f"card-{number}")  # noqa: S311 - fakes that can be made again
    born = date.fromordinal(dice.randrange(FIRST_DAY, TODAY.toordinal()))
    year = TODAY.year + dice.randrange(1, 10)
    ends = date(year, born.month, min(born.day, 28) if born.month == 2 else born.day)
    name = dice.choice(("見本　花子", "架空　次郎", "試験　さくら", "見本　健一郎"))
    code = f"{dice.randrange(10_000):04d}"
    return Printed(
        name, "架空県見本市中央一丁目１－１", born, ends, code, f"card-{number}", FONTS[number % 3]
    )


def face_of(printed: Printed) -> CardFace:
    """What is to be read on it."""
    return CardFace(printed.birthdate, printed.expires, printed.code)


def shot(printed: Printed, way: Way, number: int, *, turns: int = 0, is_back: bool = False) -> Picture:
    """A frame in colour that shows the card in this `way`."""
    data = pictured((back if is_back else front)(printed), way, number, turns)
    frame = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert frame is not None
    return frame.astype(np.uint8, copy=False)
