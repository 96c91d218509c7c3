"""Maintenance by agreement: an account of the role 保守 signs in only while an administrator has approved it, for a purpose and a time.

Without a window that is open it is nobody, whatever sign-ins it still has (`accounts.account_of`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

LEAST = timedelta(minutes=15)
USUAL = timedelta(minutes=60)
MOST = timedelta(hours=12)
LONGEST_PURPOSE = 100
_OPEN = "ended_at IS NULL AND begun_at <= ? AND until > ?"


@dataclass(frozen=True)
class Window:
    """One approval. `until` is when it ends by itself; `ended_at` when somebody ended it before."""

    id: int
    account: str
    purpose: str
    approved_by: str
    begun_at: datetime
    until: datetime
    ended_at: datetime | None


def approve(ledger: Ledger, account: str, purpose: str, lasts: timedelta, by: str, now: datetime) -> None:
    """Let `account` sign in for that long; a window that is open ends.

    Raises `Trouble` INPUT-001 for another role, no purpose, or a time that is not from `LEAST` to `MOST`.
    """
    purpose = " ".join(purpose.split())
    if not 0 < len(purpose) <= LONGEST_PURPOSE:
        raise Trouble("INPUT-001", "作業の内容を100文字までで入れてください")
    if not LEAST <= lasts <= MOST:
        raise Trouble("INPUT-001", "時間は15分から12時間までです")
    with ledger.write(Topic.OTHER) as db:
        row = db.execute("SELECT role FROM accounts WHERE name = ?", [account]).fetchone()
        if row is None or row["role"] != Role.MAINTENANCE:
            raise Trouble("INPUT-001", "保守の役割のアカウントを選んでください")
        db.execute(
            "UPDATE maintenance_windows SET ended_at = ?, ended_by = ? WHERE account = ? AND ended_at IS NULL",
            [to_text(now), by, account],
        )
        db.table("maintenance_windows").insert(
            {
                "account": account,
                "purpose": purpose,
                "approved_by": by,
                "begun_at": to_text(now),
                "until": to_text(now + lasts),
            }
        )
        audit.insert(db, by, "maintenance-approved", account, now, purpose)


def current(ledger: Ledger, account: str, now: datetime) -> Window | None:
    """The window that is open for `account`."""
    moment = to_text(now)
    rows = ledger.read.execute(
        f"SELECT * FROM maintenance_windows WHERE account = ? AND {_OPEN} ORDER BY id DESC LIMIT 1",
        [account, moment, moment],
    )
    return next((_window(row) for row in rows), None)


def latest(ledger: Ledger, limit: int) -> tuple[Window, ...]:
    """The newest windows, open or over."""
    rows = ledger.read.execute("SELECT * FROM maintenance_windows ORDER BY id DESC LIMIT ?", [limit])
    return tuple(_window(row) for row in rows)


def end(ledger: Ledger, account: str, by: str, now: datetime) -> None:
    """End it at once: whoever is signed in with `account` is out. Raises `Trouble` INPUT-005 when none is open."""
    with ledger.write(Topic.OTHER) as db:
        ended = db.execute(
            f"UPDATE maintenance_windows SET ended_at = ?, ended_by = ? WHERE account = ? AND {_OPEN}",
            [to_text(now), by, account, to_text(now), to_text(now)],
        )
        if not ended.rowcount:
            raise Trouble("INPUT-005")
        db.execute("DELETE FROM sign_ins WHERE account = ?", [account])
        audit.insert(db, by, "maintenance-ended", account, now)


def _window(values: Any) -> Window:
    return Window(
        id=values["id"],
        account=values["account"],
        purpose=values["purpose"],
        approved_by=values["approved_by"],
        begun_at=from_text(values["begun_at"]),
        until=from_text(values["until"]),
        ended_at=from_text(values["ended_at"]) if values["ended_at"] else None,
    )
