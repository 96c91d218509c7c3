"""The audit trail: who did what to which row. It never holds a patient's identifier; `subject` is a row's id."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class AuditRow:
    """One thing somebody did."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


def write(ledger: Ledger, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """Append one row."""
    with ledger.write(Topic.OTHER) as db:
        insert(db, actor, action, subject, now, detail)


def insert(db: Database, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """Append one row inside the transaction that does what it tells of."""
    db.table("audit").insert(
        {"at": to_text(now), "actor": actor, "action": action, "subject": subject, "detail": detail}
    )


def latest(ledger: Ledger, limit: int) -> tuple[AuditRow, ...]:
    """The newest `limit` rows, newest first."""
    rows = ledger.read.execute("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", [limit])
    return tuple(
        AuditRow(row["seq"], from_text(row["at"]), row["actor"], row["action"], row["subject"], row["detail"])
        for row in rows
    )
