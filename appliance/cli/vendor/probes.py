"""The rows of `rows/`, and what came of each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from appliance.ledger.consumers import ConsumerKind

_ROWS = Path(__file__).with_name("rows")


class Level(StrEnum):
    """How binding the rules of a probe are."""

    MUST = "must"
    SHOULD = "should"


class Verdict(StrEnum):
    """What was seen. NOT_SEEN: it could not be looked at, which says nothing about the consumer.

    NOT_OFFERED: the product does not do that at all, so its rules are none of its business.
    """

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    NOT_SEEN = "NOT SEEN"
    NOT_OFFERED = "対象外"


class Offer(StrEnum):
    """What a product may do beside taking results. Its vendor says so by an option of the check."""

    ASK = "ask"
    HAND_IN = "hand-in"
    TASKS = "tasks"
    MEDICAL = "medical"

    @property
    def option(self) -> str:
        """The option that says it."""
        return f"--{self}" if self in (Offer.ASK, Offer.HAND_IN) else f"--takes {self}"


@dataclass(frozen=True)
class Probe:
    """One row; the files say what the members mean."""

    id: str
    title: str
    rules: tuple[str, ...]
    act: str
    level: Level = Level.MUST
    answers: tuple[str, ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1
    needs: str = ""
    offer: Offer | None = None
    word: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one probe, with a remark in Japanese for whoever has to mend it."""

    verdict: Verdict
    remark: str = ""


PASSED = Outcome(Verdict.PASS)


def failed(remark: str) -> Outcome:
    """What was seen is against the rules."""
    return Outcome(Verdict.FAIL, remark)


def not_seen(remark: str) -> Outcome:
    """It could not be looked at."""
    return Outcome(Verdict.NOT_SEEN, remark)


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    probe: Probe
    outcome: Outcome

    @property
    def is_failure(self) -> bool:
        """Whether the check fails because of it."""
        return self.outcome.verdict is Verdict.FAIL and self.probe.level is Level.MUST


@lru_cache(maxsize=3)
def probes(kind: ConsumerKind) -> tuple[Probe, ...]:
    """Those for consumers of this kind, in the order in which they are tried."""
    rows = tomllib.loads((_ROWS / f"{kind}.toml").read_text("utf-8"))["probe"]
    return tuple(_probe(row) for row in rows)


def _probe(row: dict[str, Any]) -> Probe:
    read: dict[str, Any] = {name: tuple(row[name]) for name in ("rules", "answers") if name in row}
    read["level"] = Level(row.get("level", Level.MUST))
    read["offer"] = Offer(row["offer"]) if "offer" in row else None
    return Probe(**(row | read))
