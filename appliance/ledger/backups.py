"""The backups that were made, and the exercises in getting one back. Where they went only people know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

FRESH = timedelta(days=7)
"""How long a backup may be the last one before the desk warns."""


DRILLED = timedelta(days=31)
"""How long ago the last exercise may be before the desk reminds."""


@dataclass(frozen=True)
class Drill:
    """One backup that was restored aside and found whole; `made_at` is the moment that it shows."""

    at: datetime
    by: str
    made_at: datetime
    checks: int
    files: int

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was not long ago."""
        return now - self.at <= DRILLED


@dataclass(frozen=True)
class Made:
    """One backup that was written to its end."""

    at: datetime
    by: str
    size: int

    def is_fresh(self, now: datetime) -> bool:
        """Whether it is young enough."""
        return now - self.at <= FRESH


def begin(ledger: Ledger, by: str, now: datetime) -> None:
    """Note that somebody takes one, before its first byte leaves."""
    audit.write(ledger, by, "backup-begun", "", now)


def note(ledger: Ledger, made: Made, now: datetime) -> None:
    """Note one that was written whole. `made.at` is the moment that it shows, `now` when its last byte had left."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "INSERT INTO backups (made_at, made_by, size) VALUES (?, ?, ?)",
            [to_text(made.at), made.by, made.size],
        )
        audit.insert(db, made.by, "backup-written", "", now, f"{made.size} bytes")


def latest(ledger: Ledger) -> Made | None:
    """The last one; None when there is none."""
    row = ledger.read.execute("SELECT * FROM backups ORDER BY id DESC LIMIT 1").fetchone()
    return Made(from_text(row["made_at"]), row["made_by"], row["size"]) if row else None


def note_drill(ledger: Ledger, drill: Drill) -> None:
    """Note an exercise that went well."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "INSERT INTO backup_drills (at, by, made_at, checks, files) VALUES (?, ?, ?, ?, ?)",
            [to_text(drill.at), drill.by, to_text(drill.made_at), drill.checks, drill.files],
        )
        audit.insert(db, drill.by, "backup-drilled", "", drill.at, f"of {to_text(drill.made_at)}")


def latest_drill(ledger: Ledger) -> Drill | None:
    """The last exercise; None when there was none."""
    row = ledger.read.execute("SELECT * FROM backup_drills ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        return None
    return Drill(from_text(row["at"]), row["by"], from_text(row["made_at"]), row["checks"], row["files"])
