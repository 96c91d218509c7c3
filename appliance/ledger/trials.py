"""Trial runs (運用テスト): begun, gone through step by step, ended, and kept as a record that changes no more."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

LONGEST_NOTE = 200
BY_THE_BOX = ""
"""Who has seen a step that nobody had to look at."""


class Outcome(StrEnum):
    """How a step went. `OPEN` is written down only when the run ends before anybody has come to it."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    OPEN = "open"


@dataclass(frozen=True)
class Done:
    """How one step went, who says so, and when."""

    outcome: Outcome
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Trial:
    """One run. `center` is where it asks, as the settings have it."""

    id: int
    center: str
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None
    ended_by: str


def begin(ledger: Ledger, center: str, by: str, now: datetime) -> int:
    """Begin a run; the number of the one that is still going on, where there is one."""
    with ledger.write(Topic.OTHER) as db:
        going = db.execute("SELECT id FROM trials WHERE ended_at IS NULL").fetchone()
        if going is not None:
            return int(going["id"])
        row = db.execute(
            "INSERT INTO trials (center, begun_at, begun_by) VALUES (?, ?, ?) RETURNING id",
            [center, to_text(now), by],
        )
        made = int(row.fetchone()[0])
        audit.insert(db, by, "trial-begun", str(made), now)
        return made


def say(ledger: Ledger, trial: int, step: str, done: Done) -> None:
    """How a step went. Raises `Trouble` INPUT-005, INPUT-006 for a run that is over."""
    with ledger.write(Topic.OTHER) as db:
        _going(db, trial)
        _insert(db, trial, step, done)
        audit.insert(db, done.by, "trial-step", str(trial), done.at, f"{step} {done.outcome}")


def end(ledger: Ledger, trial: int, seen: dict[str, Done], by: str, now: datetime) -> None:
    """End it and keep `seen`, what the box itself says of the steps that nobody has said anything of. Raises as `say` does."""
    with ledger.write(Topic.OTHER) as db:
        _going(db, trial)
        known = {row["step"] for row in db.execute("SELECT step FROM trial_steps WHERE trial = ?", [trial])}
        for step, done in seen.items():
            if step not in known:
                _insert(db, trial, step, done)
        db.execute("UPDATE trials SET ended_at = ?, ended_by = ? WHERE id = ?", [to_text(now), by, trial])
        audit.insert(db, by, "trial-ended", str(trial), now)


def find(ledger: Ledger, trial: int) -> Trial:
    """The run of this number. Raises `Trouble` INPUT-005."""
    row = ledger.read.execute("SELECT * FROM trials WHERE id = ?", [trial]).fetchone()
    if row is None:
        raise Trouble("INPUT-005")
    return _trial(row)


def latest(ledger: Ledger, limit: int) -> tuple[Trial, ...]:
    """The newest runs, newest first."""
    rows = ledger.read.execute("SELECT * FROM trials ORDER BY id DESC LIMIT ?", [limit])
    return tuple(_trial(row) for row in rows)


def said(ledger: Ledger, trial: int) -> dict[str, Done]:
    """What is written down of its steps."""
    rows = ledger.read.execute("SELECT * FROM trial_steps WHERE trial = ?", [trial])
    return {
        row["step"]: Done(Outcome(row["outcome"]), row["by"], from_text(row["at"]), row["note"])
        for row in rows
    }


def _going(db: Database, trial: int) -> None:
    row = db.execute("SELECT ended_at FROM trials WHERE id = ?", [trial]).fetchone()
    if row is None:
        raise Trouble("INPUT-005")
    if row["ended_at"]:
        raise Trouble("INPUT-006", "終わった運用テストは変えられません")


def _insert(db: Database, trial: int, step: str, done: Done) -> None:
    db.execute(
        "INSERT OR REPLACE INTO trial_steps (trial, step, outcome, note, by, at) VALUES (?, ?, ?, ?, ?, ?)",
        [trial, step, done.outcome, done.note, done.by, to_text(done.at)],
    )


def _trial(row: Any) -> Trial:
    return Trial(
        id=row["id"],
        center=row["center"],
        begun_at=from_text(row["begun_at"]),
        begun_by=row["begun_by"],
        ended_at=from_text(row["ended_at"]) if row["ended_at"] else None,
        ended_by=row["ended_by"] or "",
    )
