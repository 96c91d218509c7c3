"""The pictures a card face holds: a grey portrait as JPEG 2000, name and address as 1-bit PNG.

The portraits are drawn, not photographed: they show nobody. The same seed draws the same face.
"""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from appliance.demo.camera_scene import portrait

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


def portrait_jp2(seed: str) -> bytes:
    """The photo of whoever belongs to `seed`: 240 x 320 grey, JPEG 2000 in a JP2 container, a few KB.

    The camera's virtual people (`camera_scene.py`) have the same faces.
    """
    picture = Image.fromarray(portrait(seed, PORTRAIT_SIZE))
    return _encoded(picture, "JPEG2000", no_jp2=False, quality_mode="rates", quality_layers=[16])
