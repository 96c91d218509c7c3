"""A blank paper to print on, in millimetres: text, ruled and shaded cells, boxed digits, a seal, a patterned ground."""

import math
import random
from dataclasses import dataclass, field
from functools import cache

from PIL import Image, ImageDraw, ImageFont

FONTS = (
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
)
INK = (25, 25, 35)


@cache
def _font(path: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels)


@dataclass
class Sheet:
    """A paper of `width` x `height` mm at `scale` pixels a mm. Places and sizes of all methods are in mm."""

    width: float
    height: float
    rng: random.Random
    scale: float = 10.0
    tint: tuple[int, int, int] = (255, 255, 255)
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        size = (round(self.width * self.scale), round(self.height * self.scale))
        self.image = Image.new("RGB", size, self.tint)
        self._draw = ImageDraw.Draw(self.image)
        self._label_font = self.rng.choice(FONTS)
        self._value_font = self.rng.choice(FONTS)
        self.line = self.rng.uniform(0.15, 0.4)
        self._shade = self.rng.choice((None, None, (232, 236, 240), (222, 232, 222)))
        if self.rng.random() < 0.3:
            self._wave()

    def _wave(self) -> None:
        """A faint security pattern all over the paper."""
        faint = tuple(max(0, part - self.rng.randint(10, 22)) for part in self.tint)
        step = self.rng.uniform(2.0, 4.0) * self.scale
        for number in range(int(self.image.height / step) + 2):
            points = [
                (x, number * step + 0.6 * self.scale * math.sin(x / (2.5 * self.scale)))
                for x in range(0, self.image.width, 8)
            ]
            self._draw.line(points, fill=faint, width=max(1, round(0.2 * self.scale)))

    def text(self, x: float, y: float, text: str, size: float = 3.2, *, is_value: bool = False) -> float:
        """Print `text` with its upper left corner at `x`, `y`; its width."""
        font = _font(self._value_font if is_value else self._label_font, round(size * self.scale))
        self._draw.text((x * self.scale, y * self.scale), text, INK, font=font)
        return float(font.getlength(text)) / self.scale

    def value(self, x: float, y: float, text: str, size: float = 3.6) -> float:
        """Print a filled-in text; its width."""
        return self.text(x, y, text, size, is_value=True)

    def cell(self, x: float, y: float, width: float, height: float) -> None:
        """A ruled cell."""
        box = [self.scale * part for part in (x, y, x + width, y + height)]
        self._draw.rectangle(box, outline=INK, width=max(1, round(self.line * self.scale)))

    def label(self, x: float, y: float, width: float, height: float, text: str, size: float = 2.8) -> None:
        """A ruled cell with `text` in its middle, in lines."""
        if self._shade is not None:
            box = [self.scale * part for part in (x, y, x + width, y + height)]
            self._draw.rectangle(box, fill=self._shade)
        self.cell(x, y, width, height)
        lines = text.split("\n")
        top = y + (height - len(lines) * size * 1.25) / 2
        for number, line in enumerate(lines):
            font = _font(self._label_font, round(size * self.scale))
            left = x + (width - font.getlength(line) / self.scale) / 2
            self.text(left, top + number * size * 1.25, line, size)

    def row(
        self, x: float, y: float, widths: tuple[float, float], height: float, label: str, text: str
    ) -> None:
        """A label's cell and beside it the cell of its value."""
        self.label(x, y, widths[0], height, label)
        self.cell(x + widths[0], y, widths[1], height)
        size = min(3.6, height * 0.55)
        self.value(x + widths[0] + 2, y + (height - size * 1.2) / 2, text, size)

    def digits(self, x: float, y: float, text: str, cell: tuple[float, float]) -> None:
        """One digit a box."""
        size = cell[1] * self.rng.uniform(0.55, 0.7)
        font = _font(self._value_font, round(size * self.scale))
        for number, digit in enumerate(text):
            left = x + number * cell[0]
            self.cell(left, y, *cell)
            inside = left + (cell[0] - font.getlength(digit) / self.scale) / 2
            self.value(inside, y + (cell[1] - size * 1.25) / 2, digit, size)

    def seal(self, x: float, y: float, size: float = 14) -> None:
        """A red seal beside the issuer's name."""
        box = [self.scale * part for part in (x, y, x + size, y + size)]
        self._draw.rectangle(box, outline=(200, 60, 50), width=round(0.6 * self.scale))
        font = _font(self._label_font, round(size * 0.38 * self.scale))
        for number, part in enumerate(("市長", "之印")):
            place = ((x + 1.5) * self.scale, (y + 1 + number * size * 0.42) * self.scale)
            self._draw.text(place, part, (200, 60, 50), font=font)
