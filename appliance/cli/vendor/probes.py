"""The rows of `probes.toml`, and what came of each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("probes.toml")


class Level(StrEnum):
    """How binding the rules of a probe are."""

    MUST = "must"
    SHOULD = "should"


class Verdict(StrEnum):
    """What was seen. NOT_SEEN: it could not be looked at, which says nothing about the consumer."""

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    NOT_SEEN = "NOT SEEN"


@dataclass(frozen=True)
class Probe:
    """One row; the file says what the members mean."""

    id: str
    title: str
    rules: tuple[str, ...]
    act: str
    level: Level = Level.MUST
    answers: tuple[str, ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1
    needs: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one probe, with a remark in Japanese for whoever has to mend it."""

    verdict: Verdict
    remark: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    probe: Probe
    outcome: Outcome

    @property
    def is_failure(self) -> bool:
        """Whether the check fails because of it."""
        return self.outcome.verdict is Verdict.FAIL and self.probe.level is Level.MUST


@lru_cache(maxsize=1)
def probes() -> tuple[Probe, ...]:
    """All of them, in the order in which they are tried."""
    rows = tomllib.loads(_DATA.read_text("utf-8"))["probe"]
    return tuple(_probe(row) for row in rows)


def _probe(row: dict[str, Any]) -> Probe:
    read: dict[str, Any] = {name: tuple(row[name]) for name in ("rules", "answers") if name in row}
    read["level"] = Level(row.get("level", Level.MUST))
    return Probe(**(row | read))
