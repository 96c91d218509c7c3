"""Plots of checkup values over the years. They say nothing that the table beside them does not say."""

from dataclasses import dataclass

from markupsafe import Markup

from appliance.eligibility.said import joined, said
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
    spoken = joined("、", (said("{year}年 {value}", year=day.year, value=value) for day, value in row.points))
    picture = charts.points(
        said("{name}の移り変わり: {spoken}", name=row.name, spoken=spoken), row.points, row.limits
    )
    return Plot(row.name, row.unit, row.reference, picture)
