"""What a look at one layer found, and the one verdict that all of them make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS
from appliance.eligibility.line_layers import LAYER_LABELS, Layer

PREFIX_CHANGED = "LINE-013"
_MAY_BE_THE_PREFIX = (Layer.DNS, Layer.ROUTE, Layer.TCP)


class Outcome(StrEnum):
    """How a layer is. A warning lets the line work; skipped: a nearer layer failed, or there is nothing to look at."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


OUTCOME_LABELS = {
    Outcome.OK: "正常",
    Outcome.WARNING: "注意",
    Outcome.FAILED: "異常",
    Outcome.SKIPPED: "未確認",
}


@dataclass(frozen=True)
class Finding:
    """One layer: a sentence in Japanese, the trouble code of what is wrong, and the facts behind it."""

    layer: Layer
    outcome: Outcome
    says: str
    code: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The finding as command, ledger and page know it."""
        return {
            "layer": self.layer.value,
            "label": LAYER_LABELS[self.layer],
            "outcome": self.outcome.value,
            "outcome_label": OUTCOME_LABELS[self.outcome],
            "says": self.says,
            "code": self.code,
            "facts": dict(self.facts),
        }


def skipped(layer: Layer, says: str = "手前で止まったため、確かめていません。") -> Finding:
    """A layer that was not looked at."""
    return Finding(layer, Outcome.SKIPPED, says)


def deciding(findings: Sequence[Finding]) -> Finding | None:
    """The finding that explains the rest: the first that failed, or a changed prefix before what that can break."""
    failed = next((one for one in findings if one.outcome is Outcome.FAILED), None)
    if failed is not None and failed.layer in _MAY_BE_THE_PREFIX:
        return next((one for one in findings if one.code == PREFIX_CHANGED), failed)
    return failed


def verdict(findings: Sequence[Finding]) -> dict[str, Any]:
    """Whose fault it is and what to do first, in plain Japanese; all is None but `says` when nothing failed."""
    found = deciding(findings)
    if found is None or found.code is None:
        warning = next((one for one in findings if one.outcome is Outcome.WARNING), None)
        says = f"回線は使えます。{warning.says}" if warning else "回線は正常です。"
        return dict.fromkeys(("code", "layer", "fault", "fault_label", "title", "reception", "engineer")) | {
            "says": says
        }
    entry = CATALOGUE[found.code]
    fault = FAULT_LABELS[entry.fault]
    return {
        "code": entry.code,
        "layer": found.layer.value,
        "fault": entry.fault.value,
        "fault_label": fault,
        "title": entry.title,
        "reception": entry.reception,
        "engineer": entry.engineer,
        "says": f"原因は「{fault}」です。{entry.title}（{LAYER_LABELS[found.layer]}）。まずすること: {entry.engineer}",
    }
