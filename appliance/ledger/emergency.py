"""緊急時の閲覧: who has no right to medical information opens one patient's for a while, for a reason, and is seen doing it.

It makes no consent and asks the center nothing. What it opens lies on the box already, inside what the patient agreed to at the
reader (`medical_patients`). Each opening is a task until an administrator has gone through it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, tasks
from appliance.ledger.accounts import Role, token_hash
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import from_text, to_text

SHORTEST_WORDS, LONGEST_WORDS = 5, 200
LONGEST_NOTE = 200


class Why(StrEnum):
    """Why it has to be now and by this person."""

    NO_CLINICIAN = "no-clinician"
    DEVICE_LOST = "device-lost"
    OTHER = "other"


WHY_LABELS = {
    Why.NO_CLINICIAN: "有資格者がその場にいない、手が離せない",
    Why.DEVICE_LOST: "有資格者だが、2段階認証の機器が手元にない",
    Why.OTHER: "そのほかの緊急",
}


class Verdict(StrEnum):
    """What an administrator found."""

    PROPER = "proper"
    IMPROPER = "improper"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One opening. `check_id` is the check of the one patient, once chosen; `until` is when it ends by itself."""

    id: str
    account: str
    why: Why
    words: str
    begun_at: datetime
    until: datetime
    check_id: str | None
    ended_at: datetime | None
    ended_by: str | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    verdict: Verdict | None
    note: str | None

    def is_open(self, now: datetime) -> bool:
        """Whether it may be read at `now`: the clock alone ends it. One begun in the future was begun by a clock since set back."""
        return self.ended_at is None and self.begun_at <= now < self.until


def check_words(words: str) -> str:
    """The reason as it is kept. Raises `Trouble` INPUT-001 for one that says nothing or too much."""
    kept = " ".join(words.split())
    if not SHORTEST_WORDS <= len(kept) <= LONGEST_WORDS:
        raise Trouble(
            "INPUT-001",
            said(
                "理由を{shortest}文字から{longest}文字で書いてください",
                shortest=SHORTEST_WORDS,
                longest=LONGEST_WORDS,
            ),
        )
    return kept


def begin(
    ledger: Ledger, token: str, account: str, why: Why, words: str, lasts: timedelta, now: datetime
) -> str:
    """Open for the sign-in that `token` is of; the id. What it had open ends. Raises `Trouble` INPUT-001 for no reason."""
    kept, opening_id, moment = check_words(words), secrets.token_hex(16), to_text(now)
    with ledger.write(Topic.TASKS) as db:
        db.execute(
            "UPDATE emergency_openings SET ended_at = ?, ended_by = ? WHERE sign_in = ? AND ended_at IS NULL AND until > ?",
            [moment, account, token_hash(token), moment],
        )
        db.table("emergency_openings").insert(
            {
                "id": opening_id,
                "account": account,
                "sign_in": token_hash(token),
                "why": why,
                "words": kept,
                "begun_at": moment,
                "until": to_text(now + lasts),
            }
        )
        tasks.raise_in(db, TaskKind.EMERGENCY, opening_id, why, now)
        audit.insert(db, account, "emergency-begun", opening_id, now, f"{why} until {to_text(now + lasts)}")
    return opening_id


def choose(ledger: Ledger, opening_id: str, check_id: str, now: datetime) -> None:
    """Whose information it is; one patient for good. Raises `Trouble` INPUT-006 when it is over, or another's."""
    with ledger.write(Topic.OTHER) as db:
        row = db.execute("SELECT * FROM emergency_openings WHERE id = ?", [opening_id]).fetchone()
        if row is None or not _opening(row).is_open(now) or row["check_id"] not in (None, check_id):
            raise Trouble("INPUT-006")
        if row["check_id"] is None:
            db.execute("UPDATE emergency_openings SET check_id = ? WHERE id = ?", [check_id, opening_id])
            audit.insert(db, row["account"], "emergency-patient", check_id, now, opening_id)


def of_sign_in(ledger: Ledger, token: str, now: datetime) -> Opening | None:
    """What this sign-in has open."""
    return next(iter(_open(ledger, now, "AND sign_in = ?", [token_hash(token)])), None)


def open_now(ledger: Ledger, now: datetime) -> tuple[Opening, ...]:
    """All that is open, the latest first."""
    return _open(ledger, now, "", [])


def end(ledger: Ledger, opening_id: str, by: str, now: datetime) -> None:
    """End it before its time. Raises `Trouble` INPUT-006 when it is over."""
    with ledger.write(Topic.OTHER) as db:
        ended = db.execute(
            "UPDATE emergency_openings SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL AND until > ?",
            [to_text(now), by, opening_id, to_text(now)],
        )
        if not ended.rowcount:
            raise Trouble("INPUT-006")
        audit.insert(db, by, "emergency-ended", opening_id, now)


def review(ledger: Ledger, opening_id: str, verdict: Verdict, note: str, by: str, now: datetime) -> None:
    """An administrator has gone through it: it ends, and its task is done.

    Raises `Trouble`: INPUT-005 for none, INPUT-006 when somebody was first, INPUT-001 for a long note, or for one's own
    opening while another administrator could do it.
    """
    kept = " ".join(note.split())
    if len(kept) > LONGEST_NOTE:
        raise Trouble("INPUT-001", said("メモは{longest}文字までにしてください", longest=LONGEST_NOTE))
    with ledger.write(Topic.TASKS) as db:
        row = db.execute("SELECT * FROM emergency_openings WHERE id = ?", [opening_id]).fetchone()
        if row is None:
            raise Trouble("INPUT-005")
        if row["reviewed_at"] is not None:
            raise Trouble("INPUT-006")
        others = "SELECT 1 FROM accounts WHERE role = ? AND enabled = 1 AND name != ? LIMIT 1"
        if row["account"] == by and db.execute(others, [Role.ADMINISTRATOR, by]).fetchone():
            raise Trouble("INPUT-001", "ご自分の閲覧は、ほかの管理者が確かめてください")
        db.execute(
            """UPDATE emergency_openings SET reviewed_at = :now, reviewed_by = :by, verdict = :verdict, note = :note,
                   ended_by = coalesce(ended_by, CASE WHEN until > :now THEN :by END),
                   ended_at = coalesce(ended_at, min(until, :now)) WHERE id = :id""",
            {"now": to_text(now), "by": by, "verdict": verdict, "note": kept, "id": opening_id},
        )
        tasks.settle_in(db, TaskKind.EMERGENCY, opening_id, now)
        audit.insert(db, by, "emergency-reviewed", opening_id, now, verdict)


def unreviewed(ledger: Ledger) -> tuple[Opening, ...]:
    """Those that nobody has gone through, oldest first."""
    return _openings(ledger, "WHERE reviewed_at IS NULL ORDER BY seq", [])


def between(ledger: Ledger, begins: datetime, ends: datetime) -> tuple[Opening, ...]:
    """Those begun from `begins` on and before `ends`, oldest first."""
    return _openings(
        ledger, "WHERE begun_at >= ? AND begun_at < ? ORDER BY begun_at", [to_text(begins), to_text(ends)]
    )


def latest(ledger: Ledger, limit: int) -> tuple[Opening, ...]:
    """The newest ones that somebody has gone through."""
    return _openings(ledger, "WHERE reviewed_at IS NOT NULL ORDER BY reviewed_at DESC LIMIT ?", [limit])


def _open(ledger: Ledger, now: datetime, more: str, values: list[Any]) -> tuple[Opening, ...]:
    # Who has signed out reads nothing any more.
    signed_in = "EXISTS (SELECT 1 FROM sign_ins WHERE token_hash = sign_in)"
    where = f"WHERE ended_at IS NULL AND until > ? AND {signed_in} {more} ORDER BY seq DESC"
    return tuple(one for one in _openings(ledger, where, [to_text(now), *values]) if one.is_open(now))


def _openings(ledger: Ledger, where: str, values: list[Any]) -> tuple[Opening, ...]:
    return tuple(
        _opening(row) for row in ledger.read.execute("SELECT * FROM emergency_openings " + where, values)
    )


def _opening(row: Any) -> Opening:
    return Opening(
        id=row["id"],
        account=row["account"],
        why=Why(row["why"]),
        words=row["words"],
        begun_at=from_text(row["begun_at"]),
        until=from_text(row["until"]),
        check_id=row["check_id"],
        ended_at=from_text(row["ended_at"]) if row["ended_at"] else None,
        ended_by=row["ended_by"],
        reviewed_at=from_text(row["reviewed_at"]) if row["reviewed_at"] else None,
        reviewed_by=row["reviewed_by"],
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        note=row["note"],
    )
