"""Quotes of vendors, one row each, until somebody deletes them."""

import secrets
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum

from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

MOST_QUOTES = 50


class CanDo(StrEnum):
    """Whether the vendor takes it on."""

    YES = "yes"
    OTHER = "other"
    NO = "no"
    UNKNOWN = "unknown"


CAN_DO_LABELS = {
    CanDo.YES: "対応できる",
    CanDo.OTHER: "他社なら対応できる",
    CanDo.NO: "対応できない",
    CanDo.UNKNOWN: "回答待ち",
}


@dataclass(frozen=True, kw_only=True)
class NewQuote:
    """What a vendor offers; yen with tax, `lead_weeks` None for not said."""

    vendor: str
    can_do: CanDo
    reader: str
    terminal_yen: int
    line_yen: int
    change_yen: int
    other_yen: int
    yearly_yen: int
    lead_weeks: int | None
    our_work: str
    their_work: str

    @property
    def items(self) -> tuple[int, ...]:
        """What is paid once."""
        return (self.terminal_yen, self.line_yen, self.change_yen, self.other_yen)


@dataclass(frozen=True, kw_only=True)
class Quote(NewQuote):
    """A quote as it was written down."""

    id: str
    made_by: str
    made_at: datetime


def add(ledger: Ledger, new: NewQuote, actor: str, now: datetime) -> str | None:
    """Write a quote down; its random id, None when there are `MOST_QUOTES` already."""
    quote_id = secrets.token_hex(8)
    with ledger.write(Topic.OTHER) as db:
        if db.execute("SELECT count(*) FROM quotes").fetchone()[0] >= MOST_QUOTES:
            return None
        row = asdict(new) | {"id": quote_id, "made_by": actor, "made_at": to_text(now)}
        db.table("quotes").insert(row)
        audit.insert(db, actor, "add-quote", quote_id, now)
    return quote_id


def delete(ledger: Ledger, quote_id: str, actor: str, now: datetime) -> bool:
    """Delete a quote; False when there was none."""
    with ledger.write(Topic.OTHER) as db:
        done = db.execute("DELETE FROM quotes WHERE id = ?", [quote_id]).rowcount
        if done:
            audit.insert(db, actor, "delete-quote", quote_id, now)
    return bool(done)


def everything(ledger: Ledger) -> tuple[Quote, ...]:
    """The quotes, oldest first."""
    columns = ", ".join(one.name for one in fields(Quote))
    rows = ledger.read.execute(f"SELECT {columns} FROM quotes ORDER BY seq")
    return tuple(
        Quote(**{**dict(row), "can_do": CanDo(row["can_do"]), "made_at": from_text(row["made_at"])})
        for row in rows
    )
