"""The line in the words of the pages: its phase with a tone, how long, and the figures of its month."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS, Entry
from appliance.eligibility.line_layers import LAYER_LABELS, Layer
from appliance.eligibility.said import joined, said
from appliance.ledger.line import PHASE_LABELS, LineState, Phase
from appliance.ledger.line_checks import LineCheck
from appliance.ledger.line_report import MonthReport
from appliance.ledger.times import JAPAN

REMIND_AFTER = timedelta(minutes=30)
"""From when on a held line is asked about: has it been forgotten?"""

_TONES = {
    Phase.NORMAL: "good",
    Phase.SLOW: "wait",
    Phase.STOPPED: "stop",
    Phase.CONFIRMING: "busy",
    Phase.HELD: "wait",
    Phase.UNKNOWN: "mute",
}
_PARTS = {Phase.HELD: "mute", Phase.UNKNOWN: "none"}
"""Tones that set them apart where all phases stand beside each other."""

_SAYS = {
    Phase.NORMAL: "照会はすぐに送られます。",
    Phase.SLOW: "応答が遅いか、ときどき届きません。受付はそのまま続けられます。",
    Phase.STOPPED: "照会は貯めてあり、回線が戻ると古い順に自動で送ります。受付はそのまま続けられます。",
    Phase.CONFIRMING: "応答が戻りました。続けて届くことを確かめています。",
    Phase.HELD: "照会は送らずに貯めています。やめるまで、自動では戻りません。",
    Phase.UNKNOWN: "まだ確かめていません。",
}


@dataclass(frozen=True)
class Standing:
    """How the line stands, as a page shows it. `reminder` is empty unless the line has been held for long."""

    phase: Phase
    word: str
    tone: str
    says: str
    since: str
    by: str
    trouble: Entry | None
    fault: str
    reminder: str


def standing_of(state: LineState | None, now: datetime, found: str | None = None) -> Standing:
    """The standing for `state`, which may be None for a line nobody has watched; `found` is what a look explains it by."""
    phase = state.phase if state else Phase.UNKNOWN
    trouble = CATALOGUE.get(found or state.code or "") if state and phase is not Phase.HELD else None
    return Standing(
        phase=phase,
        word=PHASE_LABELS[phase],
        tone=_TONES[phase],
        says=_SAYS[phase],
        since=said("{at}から", at=moment(state.at)) if state else "",
        by=(state.actor or "") if state else "",
        trouble=trouble,
        fault=FAULT_LABELS[trouble.fault] if trouble else "",
        reminder=_reminder(state, now),
    )


def _reminder(state: LineState | None, now: datetime) -> str:
    if state is None or state.phase is not Phase.HELD or now - state.at < REMIND_AFTER:
        return ""
    return said(
        "停止扱いのまま{lasting}たちました。戻し忘れではありませんか。",
        lasting=lasting((now - state.at).total_seconds()),
    )


def moment(at: datetime) -> str:
    """`11/22 9:05`, in Japan."""
    local = at.astimezone(JAPAN)
    return f"{local.month}/{local.day} {local.hour}:{local.minute:02d}"


def lasting(seconds: float) -> str:
    """A time as 「2時間5分」, 「5分」 or 「40秒」."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return said("{seconds}秒", seconds=int(seconds))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return said("{minutes}分", minutes=minutes)
    return (
        said("{hours}時間{minutes}分", hours=hours, minutes=rest)
        if rest
        else said("{hours}時間", hours=hours)
    )


def percent(share: float | None) -> str:
    """A share as 「99.87」, cut and not rounded, so that 100 means all; 「－」 when there is none."""
    return "－" if share is None else f"{int(share * 10000) / 100:.2f}".removesuffix("0").removesuffix(".0")


def layers(names: tuple[str, ...]) -> str:
    """The layers of a cause in Japanese."""
    return joined("、", (LAYER_LABELS[Layer(name)] for name in names)) or "－"


def look_of(found: LineCheck | None) -> dict[str, Any] | None:
    """What the last look wrote down, with when and for whom; None before the first."""
    if found is None or found.report is None or found.done_at is None:
        return None
    report: dict[str, Any] = json.loads(found.report)
    return report | {"when": moment(found.done_at), "by": found.wanted_by}


def phase_shares(report: MonthReport) -> list[tuple[str, str, float, str]]:
    """Each phase with its tone, its share of the month so far in percent, and its length in words."""
    total = sum(report.phases.values()) or 1.0
    return [
        (
            PHASE_LABELS[phase],
            _PARTS.get(phase, _TONES[phase]),
            100 * report.phases[phase] / total,
            lasting(report.phases[phase]),
        )
        for phase in (Phase.NORMAL, Phase.SLOW, Phase.CONFIRMING, Phase.STOPPED, Phase.HELD, Phase.UNKNOWN)
        if report.phases[phase] >= 1
    ]
