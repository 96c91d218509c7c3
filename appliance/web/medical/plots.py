"""Plots of checkup values over the years. They say nothing that the table beside them does not say."""

from dataclasses import dataclass

from markupsafe import Markup

from appliance.web import charts
from appliance.web.medical.checkups import CheckupTable, Row


@dataclass(frozen=True)
class Plot:
    """One item's plot; its picture says the values in words, too."""

    name: str
    unit: str
    reference: str
    picture: Markup


def plots_of(table: CheckupTable) -> tuple[Plot, ...]:
    """A plot for each item that was measured often enough."""
    found = (_plot(row) for row in table.rows)
    return tuple(one for one in found if one.picture)


def _plot(row: Row) -> Plot:
    spoken = "、".join(f"{day.year}年 {value}" for day, value in row.points)
    picture = charts.points(f"{row.name}の移り変わり: {spoken}", row.points, row.limits)
    return Plot(row.name, row.unit, row.reference, picture)
