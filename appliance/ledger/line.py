"""How the line to the center stands: its states with their history, and the switch that says "treat as down"."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.ledger import audit, outage_tasks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

HELD_CODE = "LINE-010"
"""The trouble of a line that somebody has told us to treat as down."""


class Phase(StrEnum):
    """正常, 遅延, 停止, 復旧確認; held while somebody treats the line as down; unknown while nobody watches it."""

    UNKNOWN = "unknown"
    NORMAL = "normal"
    SLOW = "slow"
    STOPPED = "stopped"
    CONFIRMING = "confirming"
    HELD = "held"


PHASE_LABELS = {
    Phase.UNKNOWN: "確認前",
    Phase.NORMAL: "正常",
    Phase.SLOW: "遅延",
    Phase.STOPPED: "停止",
    Phase.CONFIRMING: "復旧確認",
    Phase.HELD: "停止扱い",
}


@dataclass(frozen=True)
class LineState:
    """A state that began `at`, the trouble code that explains it, and who has made it so, where a person has."""

    at: datetime
    phase: Phase
    code: str | None
    actor: str | None


def current(ledger: Ledger) -> LineState | None:
    """How the line stands; None before anybody has said anything."""
    return _latest(ledger.read)


def is_held(ledger: Ledger) -> bool:
    """Whether nothing may be asked, because a person says so."""
    found = current(ledger)
    return found is not None and found.phase is Phase.HELD


def note(ledger: Ledger, phase: Phase, code: str | None, now: datetime) -> bool:
    """Write down how the line stands. False when that is no news, or the line is held: only a person ends that."""
    if not _is_news(current(ledger), phase, code):
        return False
    with ledger.write(Topic.CONDITIONS | Topic.TASKS) as db:
        if not _is_news(_latest(db), phase, code):  # again, now that nobody else can write
            return False
        _insert(db, LineState(now, phase, code, None))
        if phase is Phase.NORMAL:
            outage_tasks.line_is_back(db, now)
    return True


def hold(ledger: Ledger, actor: str, now: datetime) -> bool:
    """Treat the line as down until `release`, with a row in the audit trail; False when it is held already."""
    with ledger.write(Topic.CONDITIONS | Topic.QUESTIONS) as db:
        found = _latest(db)
        if found is not None and found.phase is Phase.HELD:
            return False
        _insert(db, LineState(now, Phase.HELD, HELD_CODE, actor))
        _audit(db, actor, "hold-line", now)
    return True


def release(ledger: Ledger, actor: str, now: datetime) -> bool:
    """Let the line be asked again; it has to prove itself first. False when it was not held."""
    with ledger.write(Topic.CONDITIONS | Topic.QUESTIONS) as db:
        found = _latest(db)
        if found is None or found.phase is not Phase.HELD:
            return False
        _insert(db, LineState(now, Phase.CONFIRMING, None, actor))
        _audit(db, actor, "release-line", now)
    return True


def latest(ledger: Ledger, limit: int) -> tuple[LineState, ...]:
    """The newest `limit` states, newest first."""
    rows = ledger.read.execute("SELECT * FROM line_states ORDER BY seq DESC LIMIT ?", [limit])
    return tuple(_state(row) for row in rows)


def between(ledger: Ledger, first: datetime, end: datetime) -> tuple[LineState, ...]:
    """The states that held at any moment from `first` until `end`, oldest first; the first one may have begun before."""
    rows = ledger.read.execute(
        """SELECT * FROM line_states WHERE at < :end
           AND seq >= coalesce((SELECT max(seq) FROM line_states WHERE at <= :first), 0) ORDER BY seq""",
        {"first": to_text(first), "end": to_text(end)},
    )
    return tuple(_state(row) for row in rows)


def _latest(db: Database) -> LineState | None:
    row = db.execute("SELECT * FROM line_states ORDER BY seq DESC LIMIT 1").fetchone()
    return _state(row) if row else None


def _is_news(known: LineState | None, phase: Phase, code: str | None) -> bool:
    if known is None:
        return phase is not Phase.UNKNOWN
    return known.phase is not Phase.HELD and (known.phase, known.code) != (phase, code)


def _insert(db: Database, state: LineState) -> None:
    db.execute(
        "INSERT INTO line_states (at, phase, code, actor) VALUES (?, ?, ?, ?)",
        [to_text(state.at), state.phase, state.code, state.actor],
    )


def _audit(db: Database, actor: str, action: str, now: datetime) -> None:
    audit.insert(db, actor, action, "center", now)


def _state(row: Any) -> LineState:
    return LineState(from_text(row["at"]), Phase(row["phase"]), row["code"], row["actor"])
