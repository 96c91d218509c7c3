"""Checks: one row from the question to the answer, each asked by one owner and answered once."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.documents import Document
from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.request_families import Family
from appliance.eligibility.visit import ConsentRecord, Consents
from appliance.ledger import consent_text, evidence_text, line_log, notices
from appliance.ledger.bell import Topic
from appliance.ledger.card_marks import card_mark
from appliance.ledger.database import Ledger
from appliance.ledger.line_log import Asked
from appliance.ledger.times import clinic_day, from_text, to_text


class CheckState(StrEnum):
    """received → waiting → asking → answered | refused | withdrawn; waiting holds while the link is down."""

    RECEIVED = "received"
    WAITING = "waiting"
    ASKING = "asking"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (CheckState.RECEIVED, CheckState.WAITING, CheckState.ASKING)


class Origin(StrEnum):
    """Where a check came from."""

    CARD = "card"
    MANUAL = "manual"
    FOLDER = "folder"
    COMMAND = "command"
    BULK = "bulk"
    FOLLOW_UP = "follow-up"
    """Asked again by the box itself, days later."""
    VIEWER = "viewer"
    """Asked by a doctor, for one patient's medical information."""
    CONSUMER = "consumer"
    """Asked by an 電子カルテ by MQTT or the API; `asked_by` names it."""


_NOT_AT_OUR_DESK = (Origin.FOLDER, Origin.VIEWER, Origin.CONSUMER)


class Lane(IntEnum):
    """Who goes first: somebody at our desk, somebody at a レセコン or in the consulting room, a job that nobody waits for."""

    RECEPTION = 0
    FOLDER = 1
    BULK = 2


@dataclass(frozen=True, kw_only=True)
class NewCheck:
    """What is known when a check is opened: the card's `evidence`, or the message in `request_xml`.

    `family` says what kind of question it is; only `Family.SINGLE` is about one patient's insurance and stands on
    the board. `document` is what the numbers were typed from. `source_name` is the suffix of the request file it came from,
    `source_mark` what makes that very file recognisable, so that a file taken in twice opens one check.
    """

    origin: Origin
    institution_code: str
    reader: str | None = None
    request_xml: bytes | None = field(default=None, repr=False)
    evidence: CardEvidence | None = None
    consents: Consents | None = None
    consent_record: ConsentRecord | None = None
    asked_by: str | None = None
    source_name: str | None = None
    source_mark: str | None = None
    document: Document | None = None
    family: Family = Family.SINGLE

    @property
    def lane(self) -> Lane:
        """How much of a hurry there is."""
        if self.family.is_bulk or self.origin is Origin.FOLLOW_UP:
            return Lane.BULK
        return Lane.FOLDER if self.origin in _NOT_AT_OUR_DESK else Lane.RECEPTION


@dataclass(frozen=True, kw_only=True)
class Check:
    """One row of `checks` with its result's XML and validity, where there is one."""

    seq: int
    id: str
    revision: int
    state: CheckState
    origin: Origin
    reader: str | None
    institution_code: str
    request_xml: bytes | None = field(repr=False)
    evidence: CardEvidence | None
    consents: Consents | None
    asked_by: str | None
    source_name: str | None
    received_at: datetime
    tries: int
    deferred: bool
    trouble_code: str | None
    answered_at: datetime | None
    result_xml: bytes | None = field(repr=False)
    qualification_validity: str | None
    document: Document | None
    seen_by: str | None
    seen_at: datetime | None
    family: Family = Family.SINGLE
    asking_since: datetime | None = None
    consent_record: ConsentRecord | None = None
    card_mark: str | None = field(default=None, repr=False)
    reason_code: str | None = None
    given_up_at: datetime | None = None

    @property
    def is_by_numbers_instead(self) -> bool:
        """Whether a card could not be asked (any more) and the numbers known for it are."""
        return self.evidence is not None and self.request_xml is not None


OPEN = "state IN ('received', 'waiting', 'asking')"
"""To stand first in the condition of whoever looks for open checks, whatever else it says of their state: only with these
very words SQLite takes the index of them, and without it reads all that ever was.
"""

_OPEN_CHECKS = "checks INDEXED BY checks_open"
"""For those in the order of their coming, which SQLite would rather read in that order than sort."""

SELECT = """SELECT checks.*, results.xml AS result_xml, results.qualification_validity
             FROM checks LEFT JOIN results ON results.check_id = checks.id """


def open_check(ledger: Ledger, new: NewCheck, now: datetime) -> str:
    """Write down a new check and return its random id; the id of the old one when `source_mark` is known already."""
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        return id_by_mark(db, new.source_mark) or insert(db, new, now)


def insert(db: Database, new: NewCheck, now: datetime) -> str:
    """`open_check` for a transaction that does more; its `source_mark` must be new."""
    check_id = secrets.token_hex(16)
    mark = card_mark(new.evidence) if new.evidence else None
    if mark is not None:
        notices.card_came_again_in(db, mark, now)
    db.table("checks").insert(
        {
            "id": check_id,
            "revision": next_revision(db),
            "state": CheckState.RECEIVED,
            "origin": new.origin,
            "reader": new.reader,
            "institution_code": new.institution_code,
            "request_xml": new.request_xml,
            "evidence": evidence_text.dump(new.evidence) if new.evidence else None,
            "card_mark": mark,
            "consents": json.dumps(asdict(new.consents)) if new.consents else None,
            "consent_record": consent_text.dump(new.consent_record) if new.consent_record else None,
            "asked_by": new.asked_by,
            "source_name": new.source_name,
            "source_mark": new.source_mark,
            "document": new.document,
            "family": new.family,
            "lane": new.lane,
            "received_at": to_text(now),
            "day": clinic_day(now).isoformat(),
        }
    )
    return check_id


def id_by_mark(db: Database, mark: str | None) -> str | None:
    """The check with this `source_mark`, if there is one."""
    if mark is None:
        return None
    row = db.execute("SELECT id FROM checks WHERE source_mark = ?", [mark]).fetchone()
    return row["id"] if row else None


def next_revision(db: Database) -> int:
    """The next number of the change counter; call it inside the transaction that changes a check."""
    return int(db.execute("UPDATE counter SET revision = revision + 1 RETURNING revision").fetchone()[0])


def touch(db: Database, check_id: str) -> None:
    """Note that a check changed; call it inside the transaction that changes it, and only when it does."""
    db.execute("UPDATE checks SET revision = ? WHERE id = ?", [next_revision(db), check_id])


def changed(ledger: Ledger, check_id: str) -> None:
    """Let the pages draw a check anew, because of what stands beside it."""
    with ledger.write(Topic.CHECKS) as db:
        touch(db, check_id)


def find(ledger: Ledger, check_id: str) -> Check | None:
    """The check with this id, if there is one."""
    row = ledger.read.execute(SELECT + "WHERE checks.id = ?", [check_id]).fetchone()
    return check_from_row(row) if row else None


def of_day(ledger: Ledger, day: date) -> tuple[Check, ...]:
    """The checks of patients who were here on `day` (Japan), newest first."""
    rows = ledger.read.execute(
        SELECT + "WHERE day = ? AND family = ? AND origin != ? ORDER BY seq DESC",
        [day.isoformat(), Family.SINGLE, Origin.FOLLOW_UP],
    )
    return tuple(check_from_row(row) for row in rows)


def changed_since(ledger: Ledger, revision: int) -> tuple[Check, ...]:
    """The checks of patients who were here changed after `revision`, in the order of their last change."""
    rows = ledger.read.execute(
        SELECT + "WHERE revision > ? AND family = ? AND origin != ? ORDER BY revision",
        [revision, Family.SINGLE, Origin.FOLLOW_UP],
    )
    return tuple(check_from_row(row) for row in rows)


def latest_revision(ledger: Ledger) -> int:
    """The number of the last change to any check."""
    return int(ledger.read.execute("SELECT revision FROM counter").fetchone()[0])


def recent(ledger: Ledger, limit: int) -> tuple[Check, ...]:
    """The newest `limit` checks of every family, newest first."""
    rows = ledger.read.execute(SELECT + "ORDER BY seq DESC LIMIT ?", [limit])
    return tuple(check_from_row(row) for row in rows)


def claim(
    ledger: Ledger, owner: str, now: datetime, lease: timedelta, slowest: Lane = Lane.BULK
) -> Check | None:
    """Take the oldest due check of the fastest lane, for `owner` alone until `now + lease`; None when nothing is due.

    Lanes behind `slowest` are left to others. A check put off by an outage is asked alone in its lane, so that the
    backlog is answered oldest first. `owner` must be another one for every claim that may run at the same time: it
    is what makes an answer count once.
    """
    moment = to_text(now)
    if not _is_any_due(ledger.read, moment, slowest):
        return None
    with ledger.write(Topic.CHECKS) as db:
        for lane in range(slowest + 1):
            row = db.execute(_DUE + "AND lane = ? ORDER BY seq LIMIT 1", [moment, moment, lane]).fetchone()
            if row is not None and _may_be_asked(db, row, moment):
                return _claimed(db, row["id"], owner, now, lease)
    return None


_DUE = f"""SELECT id, lane, deferred FROM checks
          WHERE {OPEN}
          AND ((state IN ('received', 'waiting') AND (next_try_at IS NULL OR next_try_at <= ?))
               OR (state = 'asking' AND owned_until <= ?)) """


def _is_any_due(db: Database, moment: str, slowest: Lane) -> bool:
    found = db.execute(_DUE + "AND lane <= ? LIMIT 1", [moment, moment, slowest])
    return found.fetchone() is not None


def _claimed(db: Database, check_id: str, owner: str, now: datetime, lease: timedelta) -> Check:
    db.execute(
        """UPDATE checks SET state = 'asking', owner = ?, owned_until = ?, asking_since = ?, tries = tries + 1
           WHERE id = ?""",
        [owner, to_text(now + lease), to_text(now), check_id],
    )
    touch(db, check_id)
    return check_from_row(db.execute(SELECT + "WHERE checks.id = ?", [check_id]).fetchone())


def _may_be_asked(db: Database, row: Any, moment: str) -> bool:
    """Deferred ones go one at a time, with nobody beside in their lane. An owner whose lease is over counts as gone."""
    beside = db.execute(
        f"""SELECT 1 FROM checks WHERE {OPEN} AND state = 'asking' AND lane = :lane AND owned_until > :now
            AND (:deferred OR deferred) LIMIT 1""",
        {"now": moment, "deferred": row["deferred"], "lane": row["lane"]},
    )
    return beside.fetchone() is None


def put_back(
    ledger: Ledger,
    check_id: str,
    owner: str,
    code: str,
    detail: str,
    until: datetime,
    *,
    resend_after: datetime | None = None,
    asked: Asked | None = None,
) -> bool:
    """Give a claimed check back as waiting until `until`, because of trouble `code`; `asked` goes into the log with it.

    Before `resend_after` it is not asked again, even when the link is back. False when `owner` no longer holds it.
    """
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        if asked is not None:
            line_log.insert(db, asked)
        return put_back_in(db, check_id, owner, code, detail, until, resend_after)


def put_back_in(
    db: Database,
    check_id: str,
    owner: str,
    code: str,
    detail: str,
    until: datetime,
    resend_after: datetime | None = None,
) -> bool:
    """`put_back` for a transaction that does more."""
    done = db.execute(
        """UPDATE checks SET state = 'waiting', deferred = 1, owner = NULL, owned_until = NULL,
                  trouble_code = ?, trouble_detail = ?, next_try_at = ?, resend_after = ?
           WHERE id = ? AND state = 'asking' AND owner = ?""",
        [code, detail, to_text(until), to_text(resend_after) if resend_after else None, check_id, owner],
    )
    if done.rowcount:
        touch(db, check_id)
    return bool(done.rowcount)


def put_off_all(ledger: Ledger, code: str, until: datetime) -> int:
    """Make every check that could be asked wait until `until` because of trouble `code`; how many are new to waiting.

    A check that waits longer for a reason of its own keeps waiting. Said twice, it changes nothing and rings nothing.
    """
    moment = to_text(until)
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        db.execute(
            f"""UPDATE checks SET next_try_at = :until
               WHERE {OPEN} AND state IN ('received', 'waiting')
               AND (next_try_at IS NULL OR next_try_at < :until)""",
            {"until": moment},
        )
        rows = db.execute(
            f"SELECT id FROM {_OPEN_CHECKS} WHERE {OPEN} AND state = 'received' ORDER BY seq"
        ).fetchall()
        for row in rows:
            db.execute(
                "UPDATE checks SET state = 'waiting', deferred = 1, trouble_code = ? WHERE id = ?",
                [code, row["id"]],
            )
            touch(db, row["id"])
        return len(rows)


def is_any_received(ledger: Ledger) -> bool:
    """Whether a check lies there that was neither asked nor put off yet."""
    found = ledger.read.execute(f"SELECT 1 FROM checks WHERE {OPEN} AND state = 'received' LIMIT 1")
    return found.fetchone() is not None


def next_due(ledger: Ledger) -> datetime | None:
    """When the earliest open check may be claimed, possibly in the past; None when none is open."""
    moment = ledger.read.execute(
        f"""SELECT min(CASE state WHEN 'asking' THEN owned_until ELSE coalesce(next_try_at, received_at) END)
            FROM checks WHERE {OPEN}"""
    ).fetchone()[0]
    return from_text(moment) if moment else None


def make_all_due(ledger: Ledger) -> None:
    """Let every waiting check be asked as soon as it may be sent again: the link is back."""
    with ledger.write(Topic.QUESTIONS) as db:
        db.execute(
            f"""UPDATE checks SET next_try_at = resend_after
                WHERE {OPEN} AND state IN ('received', 'waiting') AND next_try_at IS NOT NULL"""
        )


def release_all(ledger: Ledger, resend_after: datetime | None = None) -> int:
    """Give back what a dead sync process held, to be asked again after `resend_after`; how many there were.

    Only for the one sync process at its start.
    """
    moment = to_text(resend_after) if resend_after else None
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        rows = db.execute(
            f"SELECT id FROM {_OPEN_CHECKS} WHERE {OPEN} AND state = 'asking' ORDER BY seq"
        ).fetchall()
        for row in rows:
            db.execute(
                """UPDATE checks SET state = 'waiting', owner = NULL, owned_until = NULL, next_try_at = ?,
                          resend_after = ? WHERE id = ?""",
                [moment, moment, row["id"]],
            )
            touch(db, row["id"])
        return len(rows)


def check_from_row(row: Any) -> Check:
    """A `Check` from a joined row of `checks` and `results`."""
    return Check(
        seq=row["seq"],
        id=row["id"],
        revision=row["revision"],
        state=CheckState(row["state"]),
        origin=Origin(row["origin"]),
        reader=row["reader"],
        institution_code=row["institution_code"],
        request_xml=row["request_xml"],
        evidence=evidence_text.load(row["evidence"]) if row["evidence"] else None,
        consents=Consents(**json.loads(row["consents"])) if row["consents"] else None,
        asked_by=row["asked_by"],
        source_name=row["source_name"],
        received_at=from_text(row["received_at"]),
        tries=row["tries"],
        deferred=bool(row["deferred"]),
        trouble_code=row["trouble_code"],
        answered_at=from_text(row["answered_at"]) if row["answered_at"] else None,
        result_xml=row["result_xml"],
        qualification_validity=row["qualification_validity"],
        document=Document(row["document"]) if row["document"] else None,
        seen_by=row["seen_by"],
        seen_at=from_text(row["seen_at"]) if row["seen_at"] else None,
        family=Family(row["family"]),
        asking_since=from_text(row["asking_since"]) if row["asking_since"] else None,
        consent_record=consent_text.load(row["consent_record"]) if row["consent_record"] else None,
        card_mark=row["card_mark"],
        reason_code=row["reason_code"],
        given_up_at=from_text(row["given_up_at"]) if row["given_up_at"] else None,
    )
