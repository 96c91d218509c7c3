"""Looks at the line, layer by layer: pages and commands ask for one here, sync makes it and writes down what it found."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from appliance.ledger import line
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.line import LineState, Phase
from appliance.ledger.times import from_text, to_text

BY_ITSELF = "sync"
"""Who wanted a look that nobody asked for."""


@dataclass(frozen=True)
class LineCheck:
    """One look. `done_at` is None while it is under way, `code` when it found nothing wrong; `report` is JSON."""

    seq: int
    wanted_by: str
    wanted_at: datetime
    done_at: datetime | None
    code: str | None
    report: str | None


def want(ledger: Ledger, by: str, now: datetime) -> int:
    """Ask for a look and return its number; that of one that is still wanted, where there is one."""
    waiting = wanted(ledger)
    if waiting is not None:
        return waiting.seq
    with ledger.write(Topic.CONDITIONS) as db:
        row = db.execute(
            "INSERT INTO line_checks (wanted_by, wanted_at) VALUES (?, ?) RETURNING seq", [by, to_text(now)]
        )
        return int(row.fetchone()[0])


def wanted(ledger: Ledger) -> LineCheck | None:
    """The oldest look that has still to be made."""
    row = ledger.read.execute(
        "SELECT * FROM line_checks WHERE done_at IS NULL ORDER BY seq LIMIT 1"
    ).fetchone()
    return _check(row) if row else None


def record(ledger: Ledger, seq: int, code: str | None, report: str, now: datetime) -> None:
    """Write down what the look found."""
    with ledger.write(Topic.CONDITIONS) as db:
        db.execute(
            "UPDATE line_checks SET done_at = ?, code = ?, report = ? WHERE seq = ?",
            [to_text(now), code, report, seq],
        )


def latest_done(ledger: Ledger) -> LineCheck | None:
    """The newest look that is done."""
    row = ledger.read.execute(
        "SELECT * FROM line_checks WHERE done_at IS NOT NULL ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return _check(row) if row else None


def explaining(ledger: Ledger, state: LineState | None) -> str | None:
    """What the newest look says of a line that does badly, when it was made since `state` began.

    It knows more than the failed question that made the state: whether nobody took the call, or nobody was reached.
    """
    if state is None or state.phase not in (Phase.SLOW, Phase.STOPPED):
        return None
    found = latest_done(ledger)
    return found.code if found and found.done_at and found.done_at >= state.at else None


def best_known(ledger: Ledger) -> LineState | None:
    """How the line stands, with what `explaining` knows in place of the code of the question that failed."""
    state = line.current(ledger)
    why = explaining(ledger, state)
    return replace(state, code=why) if state and why else state


def latest_good(ledger: Ledger) -> LineCheck | None:
    """The newest look that found nothing wrong."""
    row = ledger.read.execute(
        "SELECT * FROM line_checks WHERE done_at IS NOT NULL AND code IS NULL ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return _check(row) if row else None


def _check(row: Any) -> LineCheck:
    return LineCheck(
        seq=row["seq"],
        wanted_by=row["wanted_by"],
        wanted_at=from_text(row["wanted_at"]),
        done_at=from_text(row["done_at"]) if row["done_at"] else None,
        code=row["code"],
        report=row["report"],
    )
