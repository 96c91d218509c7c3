"""How the last look at the whole trail went: for the desk, which asks for one and shows what came of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.ledger import audit, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import from_text, to_text
from appliance.ledger.trail.verifying import Fault, Finding, Looked, Restored

SUBJECT = "trail"
CODE = "AUDIT-001"


@dataclass(frozen=True)
class Look:
    """The last one. `looked` and `done_at` are None before the first; `wanted_at` while somebody waits for a new one."""

    wanted_at: datetime | None = None
    done_at: datetime | None = None
    looked: Looked | None = None


def last(ledger: Ledger) -> Look:
    """How it stands."""
    row = ledger.read.execute("SELECT * FROM audit_looks").fetchone()
    if row is None:
        return Look()
    done_at = from_text(row["done_at"]) if row["done_at"] else None
    return Look(
        from_text(row["wanted_at"]) if row["wanted_at"] else None,
        done_at,
        _looked(json.loads(row["outcome"])) if done_at else None,
    )


def want(ledger: Ledger, by: str, now: datetime) -> None:
    """Ask sync for a look."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            """INSERT INTO audit_looks (id, wanted_at, rows, outcome) VALUES (1, ?, 0, '')
               ON CONFLICT (id) DO UPDATE SET wanted_at = excluded.wanted_at""",
            [to_text(now)],
        )
        audit.insert(db, by, "audit-verify", "", now)


def note(ledger: Ledger, looked: Looked, now: datetime) -> None:
    """Note what came of one, in the trail too; a task for what was found, settled by itself once nothing is."""
    with ledger.write(Topic.OTHER | Topic.TASKS) as db:
        db.execute(
            """INSERT OR REPLACE INTO audit_looks (id, wanted_at, done_at, rows, outcome)
               VALUES (1, NULL, ?, ?, ?)""",
            [to_text(now), looked.rows, json.dumps(_plain(looked))],
        )
        if looked.is_sound:
            audit.insert(db, "sync", "audit-sound", "", now, f"{looked.first}–{looked.last}")
            tasks.settle_in(db, TaskKind.TRAIL, SUBJECT, now)
        else:
            worst = looked.findings[0]
            audit.insert(db, "sync", "audit-unsound", "", now, f"{worst.fault} {worst.seq}")
            tasks.raise_in(db, TaskKind.TRAIL, SUBJECT, CODE, now)


def _plain(looked: Looked) -> dict[str, Any]:
    return {
        "rows": looked.rows,
        "first": looked.first,
        "last": looked.last,
        "heads": looked.heads,
        "findings": [[one.fault, one.seq, one.detail] for one in looked.findings],
        "restored": [[one.seq, to_text(one.at), one.heads_of_before] for one in looked.restored],
    }


def _looked(plain: dict[str, Any]) -> Looked:
    return Looked(
        plain["rows"],
        plain["first"],
        plain["last"],
        plain["heads"],
        tuple(Finding(Fault(fault), seq, detail) for fault, seq, detail in plain["findings"]),
        tuple(Restored(seq, from_text(at), count) for seq, at, count in plain["restored"]),
    )
