"""What every benchmark hands over: rows of measured times, what each is compared with, and whether an aim is met."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

HEAD = (
    "| # | what | n | min | p50 | p99 | max | beside | p50 ÷ its p50 |\n|--:|---|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass(frozen=True)
class Row:
    """Measured times of one thing in milliseconds. `beside` is the name of the floor's or rival's row."""

    name: str
    times_ms: tuple[float, ...]
    beside: str | None = None

    def percentile(self, percent: float) -> float:
        """The nearest-rank percentile in milliseconds; p99 of fewer than a hundred times is their maximum."""
        ordered = sorted(self.times_ms)
        return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return self.percentile(50)

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        return self.percentile(99)


@dataclass(frozen=True)
class Aim:
    """One promised figure: what was promised, what was measured, and whether that is enough."""

    promise: str
    measured: str
    is_met: bool


class Skipped(Exception):  # noqa: N818 - nothing went wrong: there is nothing to measure with
    """A benchmark that needs what is not here; says what."""


@dataclass(frozen=True)
class Table:
    """Figures that are no times: a heading a column, texts in the rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Report:
    """One benchmark's outcome; `notes` say what the rows cannot."""

    title: str
    rows: tuple[Row, ...]
    aims: tuple[Aim, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    def row(self, name: str) -> Row:
        """The row of that name. Raises `KeyError`."""
        return {row.name: row for row in self.rows}[name]


def milliseconds(seconds: Sequence[float]) -> tuple[float, ...]:
    """Seconds as milliseconds."""
    return tuple(1000 * one for one in seconds)


def as_markdown(report: Report) -> str:
    """The report as people read it: a table, then the aims and the notes as a list."""
    lines = [f"## {report.title}", "", HEAD]
    lines += [_line(report, number, row) for number, row in enumerate(report.rows, start=1)]
    lines.append("")
    for table in report.tables:
        lines += [*_table_lines(table), ""]
    for aim in report.aims:
        lines.append(f"- {'met' if aim.is_met else 'MISSED'}: {aim.promise}. Measured: {aim.measured}")
    lines += [f"- {note}" for note in report.notes]
    return "\n".join(lines) + "\n"


def as_values(report: Report) -> dict[str, Any]:
    """The report for `bench.json`: every single time is in it."""
    return {
        "title": report.title,
        "rows": [_row_values(report, row) for row in report.rows],
        "aims": [vars(aim) for aim in report.aims],
        "notes": list(report.notes),
        "tables": [vars(table) for table in report.tables],
    }


def _table_lines(table: Table) -> list[str]:
    rule = ["---", *["--:"] * (len(table.heads) - 1)]
    return [
        f"**{table.title}**",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (table.heads,)),
        f"|{'|'.join(rule)}|",
    ] + [f"| {' | '.join(row)} |" for row in table.rows]


def _line(report: Report, number: int, row: Row) -> str:
    ratio = _ratio(report, row)
    cells = [str(number), row.name, str(len(row.times_ms))]
    cells += [f"{value:.2f}" for value in _summary(row).values()]
    cells += [_number(report, row.beside), "" if ratio is None else f"{ratio:.2f}"]
    return f"| {' | '.join(cells)} |"


def _number(report: Report, name: str | None) -> str:
    return f"#{report.rows.index(report.row(name)) + 1}" if name else ""


def _row_values(report: Report, row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        **_summary(row),
        "beside": row.beside,
        "ratio": _ratio(report, row),
        "times_ms": [round(one, 3) for one in row.times_ms],
    }


def _summary(row: Row) -> dict[str, float]:
    return {"min": min(row.times_ms), "p50": row.p50, "p99": row.p99, "max": max(row.times_ms)}


def _ratio(report: Report, row: Row) -> float | None:
    return row.p50 / report.row(row.beside).p50 if row.beside else None
