"""The audit trail: who did what to which row. It never holds a patient's identifier; `subject` is a row's id.

It only grows: the database refuses to change or delete a row, and each row is chained to the one before it (`trail/`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text
from appliance.ledger.trail.chain import BEGINNING, FIELDS, link


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
    """Append one row inside the transaction that does what it tells of; its lock keeps the chain in one line."""
    texts = (to_text(now), str(actor), str(action), str(subject), str(detail))
    # The counter, not the last row's number: after rows were cut off at the end, a gap has to stay.
    counted = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    last = db.execute("SELECT chain FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq = counted[0] + 1 if counted else 1
    chain = link(last[0] if last else BEGINNING, seq, texts)
    db.execute(_INSERT, [seq, *texts, chain])


_INSERT = f"INSERT INTO audit (seq, {', '.join(FIELDS)}, chain) VALUES (?, ?, ?, ?, ?, ?, ?)"


def latest(ledger: Ledger, limit: int) -> tuple[AuditRow, ...]:
    """The newest `limit` rows, newest first."""
    rows = ledger.read.execute("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", [limit])
    return tuple(
        AuditRow(row["seq"], from_text(row["at"]), row["actor"], row["action"], row["subject"], row["detail"])
        for row in rows
    )
