"""What is said of a removal afterwards: which rule, how many, up to when, and whether the bytes are gone from the file."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, from_text, to_text

BY_THE_CLOCK = "clock"
REMOVED, CLEANED = "retention-removed", "retention-cleaned"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The last removal by a rule: how many that day, those that ended before `until`; `total` is how many ever."""

    removed: int
    until: datetime
    at: datetime
    total: int


@dataclass(frozen=True)
class Cleaned:
    """When something was last removed, when the log was last emptied, and when the whole file was last written anew."""

    removed_at: datetime | None
    emptied_at: datetime | None
    rewritten_at: datetime | None

    @property
    def is_emptied(self) -> bool:
        """Whether the log holds nothing of what was removed; its place in the file is overwritten."""
        return _is_after(self.emptied_at, self.removed_at)

    @property
    def is_rewritten(self) -> bool:
        """Whether the file was written anew since."""
        return _is_after(self.rewritten_at, self.removed_at)


def _is_after(done: datetime | None, removed: datetime | None) -> bool:
    return removed is None or (done is not None and done >= removed)


def note_in(db: Database, rule: str, removed: int, until: datetime, now: datetime) -> None:
    """Write down a removal in the transaction that does it."""
    db.execute(
        """INSERT INTO removals (rule, day, removed, until, at) VALUES (:rule, :day, :removed, :until, :at)
           ON CONFLICT (rule, day) DO UPDATE
           SET removed = removed + excluded.removed, until = excluded.until, at = excluded.at""",
        {
            "rule": rule,
            "day": clinic_day(now).isoformat(),
            "removed": removed,
            "until": to_text(until),
            "at": to_text(now),
        },
    )
    db.execute(
        """INSERT INTO removal_clock (id, seen_at, held_until, removed_at) VALUES (1, :now, :now, :now)
           ON CONFLICT (id) DO UPDATE SET removed_at = excluded.removed_at""",
        {"now": to_text(now)},
    )
    audit.insert(db, BY_THE_CLOCK, REMOVED, rule, now, f"{removed} until {clinic_day(until)}")


def note_cleaned(ledger: Ledger, now: datetime, *, is_rewritten: bool) -> None:
    """Write down that the file was cleaned; `is_rewritten`: the whole of it, and not only the pages that were touched."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            """UPDATE removal_clock SET emptied_at = :now, rewritten_at = iif(:whole, :now, rewritten_at)""",
            {"now": to_text(now), "whole": is_rewritten},
        )
        audit.insert(db, BY_THE_CLOCK, CLEANED, "ledger", now, "rewritten" if is_rewritten else "log emptied")


def proofs(ledger: Ledger) -> dict[str, Proof]:
    """The last removal of each rule that ever removed something."""
    rows = ledger.read.execute(
        """SELECT rule, removed, until, max(at) AS at, (SELECT sum(removed) FROM removals AS every
           WHERE every.rule = removals.rule) AS total FROM removals GROUP BY rule"""
    )
    return {
        row["rule"]: Proof(
            removed=row["removed"],
            until=from_text(row["until"]),
            at=from_text(row["at"]),
            total=row["total"],
        )
        for row in rows
    }


def cleaned(ledger: Ledger) -> Cleaned:
    """How clean the file is."""
    row = ledger.read.execute("SELECT removed_at, emptied_at, rewritten_at FROM removal_clock").fetchone()
    return Cleaned(*(from_text(at) if at else None for at in tuple(row or (None,) * 3)))
