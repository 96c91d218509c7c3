"""災害時モード: for an area and a period, opened by a person, ended by a person or by the clock."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

LONGEST = timedelta(days=31)
"""How far ahead an end may lie. A disaster that lasts is extended by a person who has looked at the notice again."""

BY_THE_CLOCK = "clock"
"""Who ended a mode that nobody ended."""


@dataclass(frozen=True, kw_only=True)
class NewMode:
    """What has to be said to open the mode. `codes` are 都道府県 and 市区町村, possibly none; `notice` names the 通知."""

    area: str
    reason: str
    notice: str
    begins_at: datetime
    ends_at: datetime
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mode(NewMode):
    """One opening of the mode. Times are UTC."""

    id: str
    opened_by: str
    opened_at: datetime
    ended_at: datetime | None
    ended_by: str | None

    def is_on(self, now: datetime) -> bool:
        """Whether it may be searched now: the clock alone ends it, even where no process has written that down yet."""
        return self.ended_at is None and self.begins_at <= now < self.ends_at


def open_mode(ledger: Ledger, new: NewMode, by: str, now: datetime) -> str:
    """Open the mode and return its id. Raises `Trouble` DISASTER-002 while one is open, DISASTER-008 for an impossible period."""
    check(new, now)
    close_overdue(ledger, now)
    mode_id = secrets.token_hex(16)
    try:
        with ledger.write(Topic.OTHER) as db:
            db.table("disaster_modes").insert(
                {
                    "id": mode_id,
                    "area": new.area,
                    "codes": json.dumps(new.codes),
                    "reason": new.reason,
                    "notice": new.notice,
                    "begins_at": to_text(new.begins_at),
                    "ends_at": to_text(new.ends_at),
                    "opened_by": by,
                    "opened_at": to_text(now),
                }
            )
            audit.insert(db, by, "open-disaster-mode", mode_id, now, f"until {to_text(new.ends_at)}")
    except sqlite3.IntegrityError as error:
        raise Trouble("DISASTER-002") from error
    return mode_id


def check(new: NewMode, now: datetime) -> None:
    """Raises `Trouble` DISASTER-008 when something is missing or the period is impossible."""
    if not (new.area and new.reason and new.notice):
        raise Trouble("DISASTER-008", "地域、理由、通知を入れてください")
    _check_period(new.begins_at, new.ends_at, now)


def extend(ledger: Ledger, mode_id: str, ends_at: datetime, by: str, now: datetime) -> None:
    """Let it end later (or sooner). Raises `Trouble` DISASTER-001 when it is over, DISASTER-008 for an impossible end."""
    close_overdue(ledger, now)
    with ledger.write(Topic.OTHER) as db:
        mode = _open(db)
        if mode is None or mode.id != mode_id:
            raise Trouble("DISASTER-001")
        _check_period(mode.begins_at, ends_at, now)
        db.execute("UPDATE disaster_modes SET ends_at = ? WHERE id = ?", [to_text(ends_at), mode_id])
        audit.insert(db, by, "extend-disaster-mode", mode_id, now, f"until {to_text(ends_at)}")


def end(ledger: Ledger, mode_id: str, by: str, now: datetime) -> bool:
    """End it now; False when it is over already. Whoever calls this has what was found forgotten as well."""
    with ledger.write(Topic.OTHER) as db:
        return _end(db, mode_id, now, by, now)


def close_overdue(ledger: Ledger, now: datetime) -> bool:
    """Write down that the clock has ended the mode, at the moment it did; False when there is nothing to write."""
    mode = latest(ledger)
    if mode is None or mode.ended_at is not None or now < mode.ends_at:
        return False
    with ledger.write(Topic.OTHER) as db:
        return _end(db, mode.id, mode.ends_at, BY_THE_CLOCK, now)


def _end(db: Database, mode_id: str, at: datetime, by: str, now: datetime) -> bool:
    done = db.execute(
        """UPDATE disaster_modes SET ended_at = :at, ended_by = :by
           WHERE id = :id AND ended_at IS NULL AND (:by <> :clock OR ends_at <= :now)""",
        {"at": to_text(at), "by": by, "id": mode_id, "clock": BY_THE_CLOCK, "now": to_text(now)},
    )
    if done.rowcount:
        audit.insert(db, by, "end-disaster-mode", mode_id, now)
    return bool(done.rowcount)


def _check_period(begins_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= max(begins_at, now):
        raise Trouble("DISASTER-008", "終わりが、始まりか今より前です")
    if ends_at - now > LONGEST:
        raise Trouble("DISASTER-008", said("終わりは{days}日先までです", days=LONGEST.days))


def current(ledger: Ledger, now: datetime) -> Mode | None:
    """The mode that is on at `now`."""
    return on(ledger.read, now)


def on(db: Database, now: datetime) -> Mode | None:
    """`current` for a transaction that does more."""
    mode = _open(db)
    return mode if mode is not None and mode.is_on(now) else None


def find(ledger: Ledger, mode_id: str) -> Mode | None:
    """The mode with this id."""
    row = ledger.read.execute("SELECT * FROM disaster_modes WHERE id = ?", [mode_id]).fetchone()
    return _mode(row) if row else None


def latest(ledger: Ledger) -> Mode | None:
    """The mode opened last, on or not yet or over."""
    found = history(ledger, 1)
    return found[0] if found else None


def history(ledger: Ledger, limit: int) -> tuple[Mode, ...]:
    """The modes there have been, newest first."""
    rows = ledger.read.execute("SELECT * FROM disaster_modes ORDER BY seq DESC LIMIT ?", [limit])
    return tuple(_mode(row) for row in rows)


def _open(db: Database) -> Mode | None:
    row = db.execute("SELECT * FROM disaster_modes WHERE ended_at IS NULL").fetchone()
    return _mode(row) if row else None


def _mode(row: Any) -> Mode:
    return Mode(
        id=row["id"],
        area=row["area"],
        codes=tuple(json.loads(row["codes"])),
        reason=row["reason"],
        notice=row["notice"],
        begins_at=from_text(row["begins_at"]),
        ends_at=from_text(row["ends_at"]),
        opened_by=row["opened_by"],
        opened_at=from_text(row["opened_at"]),
        ended_at=from_text(row["ended_at"]) if row["ended_at"] else None,
        ended_by=row["ended_by"],
    )
