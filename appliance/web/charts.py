"""Charts as SVG for a page: drawn on the box, without script or inline style, in the page's own ink.

Lines differ by their dashes and columns stand alone, so that a grey print tells as much as a screen. Each chart must have
its table beside it: its label says only what it is.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import leather
from leather import theme
from leather.series import Series
from markupsafe import Markup, escape

from appliance.eligibility.said import said
from appliance.web.texts.choice import in_words

WIDTH = 860
"""Of the drawing; a page shows it as wide as there is room."""

_INK = "currentColor"
_DASHES = (("none", "実線"), ("8 6", "破線"), ("2 5", "点線"))
_SIZE = re.compile(r'^<svg width="([\d.]+)" height="([\d.]+)"')
_BAR = 26
_SMALL_WIDTH, _SMALL_HEIGHT = 300, 170
_SMALL_LOOK = {
    "margin": 0.04,
    "tick_font_size": 11,
    "tick_font_char_width": 8,
    "legend_font_char_height": 0,
    "legend_gap": 0,
}
_TOO_NEAR = Decimal("0.12")
"""Of the height: two labels nearer than that would stand on each other."""

# The library's one look is for the whole process: whoever draws has it alone.
_DRAWING = threading.Lock()


def _in_our_ink() -> None:
    """leather takes its looks from its module alone. Colours and fonts are the stylesheet's."""
    theme.background_color = "none"
    for name in (
        "title_color",
        "legend_color",
        "axis_title_color",
        "label_color",
        "tick_color",
        "zero_color",
    ):
        setattr(theme, name, _INK)
    for name in ("title", "legend", "axis_title", "tick"):
        setattr(theme, f"{name}_font_family", "inherit")
    theme.margin = 0.02
    # As wide as a Japanese character.
    theme.tick_font_char_width = 14
    theme.legend_font_char_width = 14


_in_our_ink()


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name, and its values by place; None where there is none."""

    name: str
    values: Sequence[float | None]


def columns(label: str, values: Sequence[tuple[str, float]], height: int = 220) -> Markup:
    """A column for each value; empty when there is nothing to draw."""
    if not any(value for _, value in values):
        return Markup()
    chart = leather.Chart()
    chart.add_y_scale(0, _top(value for _, value in values))
    chart.add_columns([(in_words(name), value) for name, value in values], fill_color=_INK)
    return _dressed(chart, label, height)


def bars(label: str, values: Sequence[tuple[str, float]]) -> Markup:
    """A bar for each value, the first one on top; empty when there is nothing to draw."""
    if not any(value for _, value in values):
        return Markup()
    chart = leather.Chart()
    chart.add_x_scale(0, _top(value for _, value in values))
    chart.add_bars([(value, in_words(name)) for name, value in values], fill_color=_INK)
    return _dressed(chart, label, 70 + _BAR * len(values))


def lines(label: str, places: Sequence[str], drawn: Sequence[Line], height: int = 260) -> Markup:
    """Up to three lines over named places; empty when no line has two values."""
    shown = [one for one in drawn if sum(value is not None for value in one.values) > 1]
    if not shown:
        return Markup()
    chart = leather.Chart()
    numbers = [value for one in shown for value in one.values if value is not None]
    chart.add_x_scale(0, max(1, len(places) - 1))
    chart.add_x_axis(
        ticks=list(range(len(places))), tick_formatter=lambda value, *_: in_words(places[int(value)])
    )
    chart.add_y_scale(min(0, *numbers), _top(numbers))
    for one, (dashes, word) in zip(shown, _DASHES, strict=False):
        points = [(float(place), value) for place, value in enumerate(one.values) if value is not None]
        chart.add_line(
            points,
            name=in_words(said("{name}（{word}）", name=one.name, word=word)),
            stroke_color=_INK,
            width=2,
            stroke_dasharray=dashes,
        )
    return _dressed(chart, label, height)


class _QuietLine(leather.Line):  # type: ignore[misc]
    """A line that needs no legend: the caption beside it tells what it is."""

    def legend_to_svg(self, *_: object) -> list[object]:
        return []


class _QuietDots(leather.Dots):  # type: ignore[misc]
    """Dots that need no legend."""

    def legend_to_svg(self, *_: object) -> list[object]:
        return []


def points(label: str, values: Sequence[tuple[date, Decimal]], limits: Sequence[Decimal] = ()) -> Markup:
    """A small chart of dots on a line over the years, with a thin broken line for each limit.

    `values` are in the order of their days, of which there must be two at least; empty for fewer.
    """
    days = [day for day, _ in values]
    if len(set(days)) < 2:
        return Markup()
    chart = leather.Chart()
    low, high = _room_around([*(value for _, value in values), *limits])
    near = (high - low) * _TOO_NEAR
    ends = [end for end in (low, high) if all(abs(end - limit) > near for limit in limits)]
    chart.add_x_scale(days[0], days[-1])
    chart.add_x_axis(ticks=days, tick_formatter=lambda day, *_: f"{day.year}")
    chart.add_y_scale(low, high)
    chart.add_y_axis(ticks=[*ends, *limits], tick_formatter=lambda value, *_: f"{value.normalize():f}")
    chart.add_series(Series(list(values)), _QuietLine(stroke_color=_INK, width=3))
    for limit in limits:
        across = Series([(days[0], limit), (days[-1], limit)])
        chart.add_series(across, _QuietLine(stroke_color=_INK, width=1, stroke_dasharray="5 4"))
    chart.add_series(Series(list(values)), _QuietDots(fill_color=_INK, radius=5))
    with _small():
        svg = str(chart.to_svg(width=_SMALL_WIDTH, height=_SMALL_HEIGHT))
    return _named(svg, label, _SMALL_WIDTH, _SMALL_HEIGHT)


def _room_around(numbers: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """From a little below the least to a little above the greatest, in whole steps."""
    room = max((max(numbers) - min(numbers)) / 5, Decimal("0.1"))
    step = Decimal(1) if room >= 1 else Decimal("0.1")
    return (min(numbers) - room).quantize(step), (max(numbers) + room).quantize(step)


@contextmanager
def _small() -> Iterator[None]:
    """The look of a small chart, while it is drawn."""
    with _DRAWING:
        usual = {name: getattr(theme, name) for name in _SMALL_LOOK}
        try:
            for name, value in _SMALL_LOOK.items():
                setattr(theme, name, value)
            yield
        finally:
            for name, value in usual.items():
                setattr(theme, name, value)


def _top(values: Iterable[float]) -> float:
    """A round number at or above the largest value, so that the scale's ticks are whole."""
    largest = max(values, default=0.0)
    step = 1.0
    while largest > 10 * step:
        step *= 10
    return float(max(step * -(-largest // step), 5.0))


def _dressed(chart: "leather.Chart", label: str, height: int) -> Markup:
    with _DRAWING:
        svg = str(chart.to_svg(width=WIDTH, height=height))
    return _named(svg, label, WIDTH, height)


def _named(svg: str, label: str, width: int, height: int) -> Markup:
    named = (
        f'<svg class="chart" role="img" aria-label="{escape(in_words(label))}" viewBox="0 0 {width} {height}"'
    )
    # A function, because a label may hold what a pattern would take for a reference.
    return Markup(_SIZE.sub(lambda _: named, svg))  # noqa: S704 - leather escapes what it draws
