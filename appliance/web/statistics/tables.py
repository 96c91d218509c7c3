"""A table as a page shows it and a file has it: the same cells, so that they never differ."""

from dataclasses import dataclass

from flask import Response, make_response

from appliance.eligibility.said import said
from appliance.ledger.bulk_export import ExportEncoding, table_as_csv


@dataclass(frozen=True)
class Table:
    """Texts in rows; the first cell heads its row. `says` explains what is counted."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.rows


def as_file(table: Table, month: str) -> Response:
    """The table as CSV in UTF-8 with a BOM; its name tells the table and the month."""
    answer = make_response(table_as_csv(table.heads, map(list, table.rows), ExportEncoding.UTF_8))
    answer.headers["Content-Type"] = "text/csv; charset=UTF-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.key}-{month}.csv"'
    return answer


def count(number: float) -> str:
    """「1,234」; a number of a file too, where a spreadsheet takes it for one."""
    return f"{number:,.0f}"


def percent(value: float | None) -> str:
    """「45.6%」, cut and not rounded, so that 100 means all; 「－」 for none."""
    return "－" if value is None else f"{int(value * 10) / 10:.1f}%"


def seconds(value: float | None) -> str:
    """「1.2秒」; 「－」 for none."""
    return "－" if value is None else said("{seconds:.1f}秒", seconds=value)
