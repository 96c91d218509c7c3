"""Charts as SVG for a page: drawn on the box, without script or inline style, in the page's own ink.

Lines differ by their dashes and columns stand alone, so that a grey print tells as much as a screen. Each chart must have
its table beside it: its label says only what it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import leather
from leather import theme
from markupsafe import Markup, escape

WIDTH = 860
"""Of the drawing; a page shows it as wide as there is room."""

_INK = "currentColor"
_DASHES = (("none", "実線"), ("8 6", "破線"), ("2 5", "点線"))
_SIZE = re.compile(r'^<svg width="([\d.]+)" height="([\d.]+)"')
_BAR = 26


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
    chart.add_columns(list(values), fill_color=_INK)
    return _dressed(chart, label, height)


def bars(label: str, values: Sequence[tuple[str, float]]) -> Markup:
    """A bar for each value, the first one on top; empty when there is nothing to draw."""
    if not any(value for _, value in values):
        return Markup()
    chart = leather.Chart()
    chart.add_x_scale(0, _top(value for _, value in values))
    chart.add_bars([(value, name) for name, value in values], fill_color=_INK)
    return _dressed(chart, label, 70 + _BAR * len(values))


def lines(label: str, places: Sequence[str], drawn: Sequence[Line], height: int = 260) -> Markup:
    """Up to three lines over named places; empty when no line has two values."""
    shown = [one for one in drawn if sum(value is not None for value in one.values) > 1]
    if not shown:
        return Markup()
    chart = leather.Chart()
    numbers = [value for one in shown for value in one.values if value is not None]
    chart.add_x_scale(0, max(1, len(places) - 1))
    chart.add_x_axis(ticks=list(range(len(places))), tick_formatter=lambda value, *_: places[int(value)])
    chart.add_y_scale(min(0, *numbers), _top(numbers))
    for one, (dashes, word) in zip(shown, _DASHES, strict=False):
        points = [(float(place), value) for place, value in enumerate(one.values) if value is not None]
        chart.add_line(
            points, name=f"{one.name}（{word}）", stroke_color=_INK, width=2, stroke_dasharray=dashes
        )
    return _dressed(chart, label, height)


def _top(values: Iterable[float]) -> float:
    """A round number at or above the largest value, so that the scale's ticks are whole."""
    largest = max(values, default=0.0)
    step = 1.0
    while largest > 10 * step:
        step *= 10
    return float(max(step * -(-largest // step), 5.0))


def _dressed(chart: "leather.Chart", label: str, height: int) -> Markup:
    svg = str(chart.to_svg(width=WIDTH, height=height))
    named = f'<svg class="chart" role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height}"'
    return Markup(_SIZE.sub(named, svg))  # noqa: S704 - leather escapes what it draws
