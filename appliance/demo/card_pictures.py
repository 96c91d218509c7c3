"""The pictures a card face holds: a grey portrait as JPEG 2000, name and address as 1-bit PNG.

The portraits are drawn, not photographed: they show nobody. The same seed draws the same face.
"""

import io
import random
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

PORTRAIT_SIZE = (240, 320)
_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Noto Sans CJK, or Pillow's own font (no Japanese) where Debian's package is missing."""
    return ImageFont.truetype(_FONT, size) if _FONT.exists() else ImageFont.load_default(size)


def text_png(text: str, size: tuple[int, int]) -> bytes:
    """Draw `text` black on white into `size` pixels; a 1-bit PNG."""
    picture = Image.new("1", size, 1)
    ImageDraw.Draw(picture).text((2, size[1] // 2), text, fill=0, font=_font(size[1] * 3 // 4), anchor="lm")
    return _encoded(picture, "PNG")


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _oval(centre: tuple[float, float], radii: tuple[float, float]) -> tuple[float, float, float, float]:
    (x, y), (across, down) = centre, radii
    return x - across, y - down, x + across, y + down


def _draw_head(pen: ImageDraw.ImageDraw, dice: random.Random) -> float:
    """Shoulders, neck, hair and face; returns the width of the face from its middle."""
    width, skin, hair = dice.uniform(58, 70), dice.randint(185, 220), dice.randint(20, 90)
    pen.ellipse(_oval((120, 350), (118, 96)), fill=dice.randint(50, 150))
    pen.rectangle((98, 220, 142, 275), fill=skin - 18)
    pen.ellipse(_oval((120, 138), (width + 14, dice.uniform(96, 108))), fill=hair)
    pen.ellipse(_oval((120, 165), (width, 86)), fill=skin)
    lean = dice.randint(0, 14)
    pen.chord(_oval((120, 165), (width, 86)), 208 - lean, 332 - lean, fill=hair)
    return width


def _draw_features(pen: ImageDraw.ImageDraw, dice: random.Random, width: float) -> None:
    apart, height = width * dice.uniform(0.4, 0.5), dice.uniform(150, 160)
    for side in (-1, 1):
        x = 120 + side * apart
        pen.ellipse(_oval((x, height), (13, dice.uniform(6, 9))), fill=240)
        pen.ellipse(_oval((x, height), (6, 6)), fill=25)
        brow = height - dice.uniform(18, 24)
        pen.line((x - 16, brow + 3, x, brow, x + 16, brow + 3), fill=60, width=dice.randint(3, 6))
    pen.line((120, height + 6, 116, height + 36, 124, height + 38), fill=140, width=3)
    mouth = height + dice.uniform(56, 64)
    pen.arc(_oval((120, mouth - 8), (dice.uniform(18, 26), 12)), 20, 160, fill=95, width=4)


def portrait_jp2(seed: str) -> bytes:
    """Draw the face that belongs to `seed`: 240 x 320 grey, JPEG 2000 in a JP2 container, a few KB."""
    dice = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    picture = Image.new("L", PORTRAIT_SIZE, dice.randint(205, 235))
    pen = ImageDraw.Draw(picture)
    _draw_features(pen, dice, _draw_head(pen, dice))
    soft = picture.filter(ImageFilter.GaussianBlur(1.2))
    return _encoded(soft, "JPEG2000", no_jp2=False, quality_mode="rates", quality_layers=[16])
