"""Checks asked through an official terminal's folders: each under one file name, chosen once and never sent twice.

A request is *chosen* (a name is reserved for the check), then *sent* (from this commit on its file may lie in the
terminal's folder), then *settled* (the check is closed and its files are put away). What dies in between is found
again here, so that nothing is sent a second time because somebody is not sure.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.request_families import Family
from appliance.ledger import results
from appliance.ledger.checks import (
    OPEN,
    OPEN_STATES,
    SELECT,
    Check,
    CheckState,
    NewCheck,
    check_from_row,
    id_by_mark,
    insert,
    touch,
)
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, from_text, to_text

READER = "terminal"
"""The reader of every card result a terminal brings: which of its readers it was, no element of the file tells."""
READER_LABEL = "資格確認端末"

_OWNER = "terminal"
_LAST_SERIAL = 9999


@dataclass(frozen=True)
class TerminalRequest:
    """One request with the state of its check. `sent_at` None: its file was never in the terminal's folder."""

    suffix: str
    family: Family
    check_id: str
    sent_at: datetime | None
    state: CheckState

    @property
    def is_open(self) -> bool:
        """Whether the check still wants an answer."""
        return self.state in OPEN_STATES


def next_unsent(ledger: Ledger, *, by_card: bool = False) -> Check | None:
    """The oldest check of the fastest lane that waits to be asked and has no name yet; `by_card` one that only a card can ask."""
    row = ledger.read.execute(
        SELECT
        + f"""WHERE {OPEN} AND state IN ('received', 'waiting') AND (evidence IS NOT NULL AND request_xml IS NULL) = ?
              AND checks.id NOT IN (SELECT check_id FROM terminal_requests) ORDER BY lane, seq LIMIT 1""",
        [by_card],
    ).fetchone()
    return check_from_row(row) if row else None


def choose(ledger: Ledger, check_id: str, now: datetime, first: int, taken: Set[str]) -> str | None:
    """Reserve a name for a check and call it being asked: 12 digits, the day and a serial from `first` on.

    `taken` are suffixes that lie in the terminal's folders. None when the check was withdrawn meanwhile.
    """
    with ledger.write() as db:
        if not _call_asking(db, check_id, "tries + 1"):
            return None
        suffix = _free_suffix(db, clinic_day(now), first, taken)
        db.table("terminal_requests").insert(
            {"suffix": suffix, "check_id": check_id, "chosen_at": to_text(now)}
        )
        return suffix


def _call_asking(db: Database, check_id: str, tries: str = "tries") -> bool:
    done = db.execute(
        f"""UPDATE checks SET state = 'asking', owner = ?, owned_until = NULL, next_try_at = NULL, tries = {tries}
            WHERE id = ? AND state IN ('received', 'waiting')""",
        [_OWNER, check_id],
    )
    if done.rowcount:
        touch(db, check_id)
    return bool(done.rowcount)


def _free_suffix(db: Database, day: date, first: int, taken: Set[str]) -> str:
    """The date in it is only a custom: a day with more checks than serials borrows from the next."""
    while True:
        stamp = f"{day:%Y%m%d}"
        row = db.execute(
            "SELECT max(suffix) FROM terminal_requests WHERE suffix BETWEEN ? AND ?",
            [f"{stamp}{first:04d}", f"{stamp}{_LAST_SERIAL}"],
        ).fetchone()
        start = int(row[0][len(stamp) :]) + 1 if row[0] else first
        for serial in range(start, _LAST_SERIAL + 1):
            if (suffix := f"{stamp}{serial:04d}") not in taken:
                return suffix
        day += timedelta(days=1)


def mark_sent(ledger: Ledger, suffix: str, now: datetime) -> bool:
    """The file is complete and may be put into the terminal's folder; False when nobody wants the answer any more."""
    with ledger.write() as db:
        row = db.execute(
            """UPDATE terminal_requests SET sent_at = ? WHERE suffix = ? AND check_id IN
                   (SELECT id FROM checks WHERE state IN ('received', 'waiting', 'asking')) RETURNING check_id""",
            [to_text(now), suffix],
        ).fetchone()
        if row is not None:
            _call_asking(db, row["check_id"])
        return row is not None


def unchoose(ledger: Ledger, suffix: str) -> None:
    """Give up a name whose file was surely never in the terminal's folder; the check gets another one."""
    with ledger.write() as db:
        row = db.execute(
            "DELETE FROM terminal_requests WHERE suffix = ? RETURNING check_id", [suffix]
        ).fetchone()
        if row is not None:
            _put_back(db, row["check_id"], None)


def pending(ledger: Ledger) -> tuple[TerminalRequest, ...]:
    """The requests that are not settled, oldest first."""
    rows = ledger.read.execute(
        """SELECT suffix, family, check_id, sent_at, state FROM terminal_requests JOIN checks ON checks.id = check_id
           WHERE settled_at IS NULL ORDER BY chosen_at, suffix"""
    )
    return tuple(_request(row) for row in rows)


def _request(row: Any) -> TerminalRequest:
    sent_at = from_text(row["sent_at"]) if row["sent_at"] else None
    return TerminalRequest(
        row["suffix"], Family(row["family"]), row["check_id"], sent_at, CheckState(row["state"])
    )


def put_aside(ledger: Ledger, check_id: str, code: str) -> bool:
    """Show a check as waiting because of trouble `code`; its answer still counts. False when that is no news."""
    known = ledger.read.execute("SELECT state, trouble_code FROM checks WHERE id = ?", [check_id]).fetchone()
    if known is None or tuple(known) == (CheckState.WAITING, code):
        return False
    with ledger.write() as db:
        return _put_back(db, check_id, code)


def _put_back(db: Database, check_id: str, code: str | None) -> bool:
    done = db.execute(
        """UPDATE checks SET state = 'waiting', owner = NULL, owned_until = NULL, next_try_at = NULL,
                  trouble_code = ? WHERE id = ? AND state IN ('received', 'waiting', 'asking')""",
        [code, check_id],
    )
    if done.rowcount:
        touch(db, check_id)
    return bool(done.rowcount)


def settle(ledger: Ledger, suffix: str, now: datetime) -> None:
    """The check is closed and its files need no more looking after."""
    with ledger.write() as db:
        db.execute("UPDATE terminal_requests SET settled_at = ? WHERE suffix = ?", [to_text(now), suffix])


def take_over(ledger: Ledger) -> None:
    """At the start of the one sync process: give back what another link was asking, go on with what was sent here."""
    with ledger.write() as db:
        rows = db.execute(
            f"""SELECT id, trouble_code FROM checks
                WHERE {OPEN} AND state = 'asking' AND id NOT IN (SELECT check_id FROM terminal_requests)"""
        ).fetchall()
        for row in rows:
            _put_back(db, row["id"], row["trouble_code"])


def take_face(
    ledger: Ledger,
    mark: str,
    new: NewCheck,
    received_at: datetime,
    *,
    xml: bytes,
    qualification_validity: str | None,
    refusal: str | None,
    now: datetime,
) -> str | None:
    """Take in a card result that a terminal brought: the check, its answer and what is owed, in one transaction.

    `mark` stands for the file, `new.source_mark` for what it says. Returns the new check's id; None when the
    same was said before, in this file or in another.
    """
    with ledger.write() as db:
        known = id_by_mark(db, new.source_mark)
        check_id = known or insert(db, new, received_at)
        if known is None:
            results.close(db, check_id, xml, qualification_validity, refusal, now)
        db.table("terminal_faces").insert(
            {"mark": mark, "check_id": check_id, "taken_at": to_text(now)}, ignore=True
        )
        return check_id if known is None else None


def face_taken_at(ledger: Ledger, mark: str) -> datetime | None:
    """When the file with this mark was taken in; None for one that was not."""
    row = ledger.read.execute("SELECT taken_at FROM terminal_faces WHERE mark = ?", [mark]).fetchone()
    return from_text(row["taken_at"]) if row else None
