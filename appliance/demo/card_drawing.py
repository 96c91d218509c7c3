"""The two faces of a person's card as one sees them, drawn: arranged like the sample pictures that are public.

Whoever holds the front to the virtual camera shows this. Nothing on it is official; the 個人番号 on the back is no number
that could be anybody's (its check digit is wrong), and what stands in its QR-like square is noise.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from appliance.demo.camera_scene import portrait
from appliance.demo.people import Person
from appliance.eligibility.eras import wareki

SIZE = (1012, 638)
"""Pixels of 85.6 by 54 mm at 300 dpi."""

_FONTS = Path("/usr/share/fonts/opentype/noto")
SANS, SERIF = "NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc"
BOLD = "NotoSansCJK-Bold.ttc"
FONTS = (SANS, SERIF, BOLD)
_PAPER = (236, 238, 226)
_INK = (35, 35, 40)
_PHOTO = (48, 232, 288, 552)


@dataclass(frozen=True)
class Printed:
    """What is printed on a front. `seed` is whose portrait."""

    name: str
    address: str
    birthdate: date
    expires: date
    code: str
    seed: str
    font: str = SANS

    @classmethod
    def of(cls, person: Person) -> "Printed":
        """The front of a person of the demo."""
        return cls(
            person.name,
            person.address,
            person.birthdate,
            person.face_expires_on,
            person.security_code,
            person.id,
        )


@lru_cache(maxsize=16)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    file = _FONTS / name
    return ImageFont.truetype(file, size) if file.exists() else ImageFont.load_default(size)


def front(printed: Printed) -> Image.Image:
    """The front in colour: name, address, photo, birth date, sex, end of validity, security code below the photo."""
    card = _ground(printed.seed)
    pen = ImageDraw.Draw(card)
    _text(pen, (40, 50), "氏名", SANS, 20)
    _text(pen, (110, 50), printed.name, printed.font, 34)
    _text(pen, (40, 108), "住所", SANS, 20)
    _text(pen, (110, 108), printed.address[:24], printed.font, 28)
    _text(pen, (700, 180), "個人番号カード", SANS, 30)
    photo = Image.fromarray(portrait(printed.seed, (_PHOTO[2] - _PHOTO[0], _PHOTO[3] - _PHOTO[1])))
    card.paste(photo.convert("RGB"), _PHOTO[:2])
    _text(pen, (330, 290), _spread(wareki(printed.birthdate)) + "生", printed.font, 30)
    _text(pen, (800, 290), "性別", SANS, 20)
    _text(pen, (330, 372), f"{_western(printed.expires)}まで有効", printed.font, 30)
    _text(pen, (330, 470), "電子証明書の有効期限", SANS, 20)
    _text(pen, (800, 560), "架空市長", printed.font, 26)
    _text(pen, (118, 590), printed.code, printed.font, 30)
    return card


def back(printed: Printed) -> Image.Image:
    """The back: a twelve-digit number that is nobody's, a square of dots, the chip's contacts, no portrait."""
    card = _ground(printed.seed)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 30, SIZE[0], 120), fill=(60, 60, 62))
    _text(pen, (420, 190), "個人番号", SANS, 22)
    _text(pen, (420, 240), "0000 0000 0001", printed.font, 44)
    _text(pen, (420, 320), printed.name, printed.font, 30)
    _text(pen, (420, 380), _spread(wareki(printed.birthdate)) + "生", printed.font, 28)
    pen.rounded_rectangle((90, 230, 240, 350), 16, fill=(205, 185, 120), outline=(120, 105, 60), width=3)
    dots = Random(printed.seed)  # noqa: S311 - dots
    for row in range(21):
        for column in range(21):
            if dots.random() < 0.5:
                left, top = 800 + column * 7, 440 + row * 7
                pen.rectangle((left, top, left + 6, top + 6), fill=_INK)
    return card


def _ground(seed: str) -> Image.Image:
    card = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(card)
    waves = Random(f"ground {seed}")  # noqa: S311 - a pattern
    for _ in range(26):
        x, y, reach = waves.uniform(0, SIZE[0]), waves.uniform(0, SIZE[1]), waves.uniform(80, 400)
        shade = (waves.randint(214, 232), waves.randint(222, 236), waves.randint(206, 226))
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=shade, width=2)
    return card


def _text(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, font: str, size: int) -> None:
    pen.text(place, text, fill=_INK, font=_font(font, size), anchor="lm")


def _western(day: date) -> str:
    return f"{day.year}年{day.month:>2}月{day.day:>2}日"


def _spread(text: str) -> str:
    """Single digits of month and day stand as wide as two, as in the samples."""
    head, _, rest = text.partition("年")
    month, _, day = rest.partition("月")
    return f"{head}年{month:>2}月{day.removesuffix('日'):>2}日"
