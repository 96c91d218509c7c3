"""The report of a check: a table to read in the terminal, and a page to print."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from appliance.cli.vendor.probes import Level, Line, Verdict
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import JAPAN

CONTRACT_VERSION = "1"
_WIDTH = 62
_VERDICT_WIDTH = 8
KIND_LABELS = {
    ConsumerKind.MQTT: "MQTT",
    ConsumerKind.API: "HTTP API",
    ConsumerKind.FOLDER: "共有フォルダー",
}
"""How a consumer takes results, in words."""


@dataclass(frozen=True)
class Report:
    """What was seen of one consumer. `product` is what it calls itself in its hello."""

    lines: tuple[Line, ...]
    began_at: datetime
    ended_at: datetime
    product: str
    kind: ConsumerKind = ConsumerKind.MQTT

    def count(self, verdict: Verdict) -> int:
        """How many lines have it."""
        return sum(line.outcome.verdict is verdict for line in self.lines)

    @property
    def summary(self) -> str:
        """One sentence."""
        counts = "、".join(f"{verdict.value} {self.count(verdict)}" for verdict in Verdict)
        if any(line.is_failure for line in self.lines):
            return f"取り決めを守っていないところがあります（{counts}）"
        return f"見た範囲で、取り決めを守っています（{counts}）"

    @property
    def when(self) -> str:
        """The day and the minutes, in Japan."""
        return f"{self.began_at.astimezone(JAPAN):%Y-%m-%d %H:%M}–{self.ended_at.astimezone(JAPAN):%H:%M}"


def as_line(line: Line) -> str:
    """One line for the terminal."""
    level = "（推奨）" if line.probe.level is Level.SHOULD else ""
    title = f"{line.probe.title}{level}"
    rules = " ".join(line.probe.rules)
    verdict = _padded(line.outcome.verdict.value, _VERDICT_WIDTH)
    return f"{verdict} {rules:<14} {_padded(title, _WIDTH - 1)} {line.outcome.remark}".rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - _columns(text))


def heading(began_at: datetime, product: str, kind: ConsumerKind = ConsumerKind.MQTT) -> str:
    """What stands above the lines."""
    when = f"{began_at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
    return (
        f"madoguchi 取り決め 第{CONTRACT_VERSION}版の確認（{KIND_LABELS[kind]}）　{when}　{product}".rstrip()
    )


def as_html(report: Report) -> str:
    """A page that needs nothing beside it, laid out for A4."""
    folder = FileSystemLoader(Path(__file__).parent)
    page = Environment(loader=folder, autoescape=select_autoescape()).get_template("report.html")
    return page.render(report=report, version=CONTRACT_VERSION, Level=Level, way=KIND_LABELS[report.kind])


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
