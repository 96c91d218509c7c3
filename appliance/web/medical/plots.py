"""Plots of checkup values over the years, drawn on the box as SVG whose look is left to the style sheet.

They say nothing that the table beside them does not say. Colours are the page's ink, so that they can be read in the dark,
on paper and in grey: values are dots on a thick line, a reference is a thin broken one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, tostring

import leather
from leather.series import Series
from markupsafe import Markup

from appliance.web.medical.checkups import CheckupTable, Row

WIDTH, HEIGHT = 300, 170
FEWEST = 2
"""So many values make a line."""

_INK = "currentColor"
_SMALL = 11
_TOO_NEAR = Decimal("0.12")
"""Of the height: two labels nearer than that would stand on each other."""


class _Line(leather.Line):  # type: ignore[misc]
    """A line that needs no legend: the caption and the table tell what it is."""

    def legend_to_svg(self, *_: object) -> list[object]:
        return []


class _Dots(leather.Dots):  # type: ignore[misc]
    """Dots that need no legend."""

    def legend_to_svg(self, *_: object) -> list[object]:
        return []


@dataclass(frozen=True)
class Plot:
    """One item's plot; `spoken` says the same in words."""

    name: str
    unit: str
    reference: str
    spoken: str
    picture: Markup


def plots_of(table: CheckupTable) -> tuple[Plot, ...]:
    """A plot for each item that was measured often enough."""
    return tuple(_plot(row) for row in table.rows if len({day for day, _ in row.points}) >= FEWEST)


def _plot(row: Row) -> Plot:
    spoken = "、".join(f"{day.year}年 {value}" for day, value in row.points)
    return Plot(row.name, row.unit, row.reference, spoken, Markup(_svg(row)))  # noqa: S704 - the library escapes what it writes


def _svg(row: Row) -> str:
    _use_our_look()
    chart = leather.Chart()
    days = [day for day, _ in row.points]
    low, high = _scale([value for _, value in row.points], row.limits)
    chart.add_x_scale(days[0], days[-1])
    chart.add_x_axis(ticks=days, tick_formatter=_year)
    chart.add_y_scale(low, high)
    near = (high - low) * _TOO_NEAR
    ends = [end for end in (low, high) if all(abs(end - limit) > near for limit in row.limits)]
    chart.add_y_axis(ticks=[*ends, *row.limits], tick_formatter=_short)
    chart.add_series(Series(list(row.points)), _Line(stroke_color=_INK, width=3))
    for limit in row.limits:
        across = Series([(days[0], limit), (days[-1], limit)])
        chart.add_series(across, _Line(stroke_color=_INK, width=1, stroke_dasharray="5 4"))
    chart.add_series(Series(list(row.points)), _Dots(fill_color=_INK, radius=5))
    # The library's own root element has no viewBox, so it could not be made smaller for paper or a phone.
    size = {"width": str(WIDTH), "height": str(HEIGHT), "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    root.append(chart.to_svg_group(WIDTH, HEIGHT))
    return tostring(root, encoding="unicode")


def _scale(values: list[Decimal], limits: Iterable[Decimal]) -> tuple[Decimal, Decimal]:
    """From a little below the least to a little above the greatest, in the steps in which the values are written."""
    every = [*values, *limits]
    room = max((max(every) - min(every)) / 5, Decimal("0.1"))
    step = Decimal(1) if room >= 1 else Decimal("0.1")
    return (min(every) - room).quantize(step), (max(every) + room).quantize(step)


def _year(day: date, _place: int, _count: int) -> str:
    return f"{day.year}"


def _short(value: Decimal, _place: int, _count: int) -> str:
    return f"{value.normalize():f}"


def _use_our_look() -> None:
    """The library's one theme is for the whole process; nothing else of the box draws with it."""
    theme = leather.theme
    theme.background_color = "none"
    theme.margin = 0.04
    theme.tick_color = theme.zero_color = theme.label_color = _INK
    theme.tick_font_family = "inherit"
    theme.tick_font_size = _SMALL
    theme.legend_font_char_height = theme.legend_gap = 0
