"""A device at a place, to scale, seen from above and from the front. In millimetres; the page turns it into SVG."""

from dataclasses import dataclass

from appliance.eligibility.reader_profiles import Size
from appliance.eligibility.said import said

GRID = 100
"""Millimetres between two lines of the grid."""

_AIR = 30
_PIXELS = 0.4
"""A pixel's share of a millimetre: the same for all drawings of a page, so that they can be compared by eye."""

_WIDEST = 1200
"""A place that is wider is drawn no further than this: what is free beside the device says nothing more."""


@dataclass(frozen=True)
class Box:
    """A rectangle: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """`view` is its title, `says` its text for who cannot see it; `rows` and `columns` are where the grid's lines lie."""

    view: str
    says: str
    width: float
    height: float
    place: Box
    device: Box
    columns: tuple[float, ...]
    rows: tuple[float, ...]

    @property
    def view_box(self) -> str:
        """The whole of it, with air around."""
        return f"{-_AIR} {-_AIR} {self.width + 2 * _AIR:g} {self.height + 2 * _AIR:g}"

    @property
    def pixels(self) -> tuple[int, int]:
        """How large it is shown."""
        return round((self.width + 2 * _AIR) * _PIXELS), round((self.height + 2 * _AIR) * _PIXELS)


def plan(place: Size, device: Size) -> Drawing:
    """From above: the patient stands at the lower edge, and so does the device."""
    return _drawing("上から見た図", "奥行", (place.width, place.depth), (device.width, device.depth))


def front(place: Size, device: Size) -> Drawing:
    """From the front: the device stands on the desk."""
    return _drawing("正面から見た図", "高さ", (place.width, place.height), (device.width, device.height))


def _drawing(view: str, second: str, place: tuple[int, int], device: tuple[int, int]) -> Drawing:
    shown = (min(place[0], max(_WIDEST, device[0])), min(place[1], max(_WIDEST, device[1])))
    width, height = max(shown[0], device[0]), max(shown[1], device[1])
    return Drawing(
        view=view,
        says=said(
            "{view}。場所は幅{place_width}×{side}{place_side} mm、機器は幅{device_width}×{side}{device_side} mm",
            view=view,
            place_width=place[0],
            side=second,
            place_side=place[1],
            device_width=device[0],
            device_side=device[1],
        ),
        width=width,
        height=height,
        place=_standing(shown, width, height),
        device=_standing(device, width, height),
        columns=tuple(range(0, int(width) + 1, GRID)),
        rows=tuple(height - one for one in range(0, int(height) + 1, GRID)),
    )


def _standing(size: tuple[int, int], width: float, height: float) -> Box:
    """In the middle of the lower edge."""
    return Box((width - size[0]) / 2, height - size[1], size[0], size[1])
