"""How a patient was received whose insurance was not confirmed: what reception says, and what was last known then."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility import message_xml
from appliance.eligibility.after_outage import VALID, Assumed, Reason
from appliance.eligibility.bulk_outcome import facts_of
from appliance.eligibility.message import SearchInfo
from appliance.eligibility.outage import ReceivedAs
from appliance.eligibility.request_families import Family
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.trouble import Trouble
from appliance.ledger import findings, last_answers, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import SELECT, CheckState, check_from_row, touch
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import from_text, to_text

Facts = Mapping[str, str]

IN_FULL = 100
"""The share in percent of who pays all of it for now."""

_BY_NOTE: dict[str, ClaimBy] = {
    ReceivedAs.DECLARATION: ClaimBy.UNKNOWN,
    ReceivedAs.KNOWN: ClaimBy.FORMER,
    ReceivedAs.CERTIFICATE: ClaimBy.CURRENT,
    ReceivedAs.NOTICE: ClaimBy.CURRENT,
    ReceivedAs.PORTAL: ClaimBy.CURRENT,
    ReceivedAs.IN_FULL: ClaimBy.NOT_YET,
}


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """What was said of one check. `percent` is None for a share that was not said; `known` is empty for nothing known."""

    by: ClaimBy
    percent: int | None
    known: Facts = field(repr=False)
    said_by: str
    said_at: datetime

    @property
    def assumed(self) -> Assumed:
        """The same for a comparison."""
        return Assumed(self.by, self.percent, self.known)


def say(ledger: Ledger, check_id: str, by: ClaimBy, percent: int | None, actor: str, now: datetime) -> bool:
    """Write down how the patient of a check was received; the last word counts.

    False, and nothing written, for a check whose answer is valid, that was withdrawn, or is about something else.
    """
    with ledger.write(Topic.CHECKS | Topic.TASKS) as db:
        if not _may_be_said(db, check_id):
            return False
        known = last_known(db, check_id)
        db.execute(
            """INSERT INTO assumptions VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (check_id) DO UPDATE SET by = excluded.by, percent = excluded.percent,
                   known = excluded.known, said_by = excluded.said_by, said_at = excluded.said_at""",
            [check_id, by, percent, json.dumps(dict(known), ensure_ascii=False), actor, to_text(now)],
        )
        touch(db, check_id)
        finding = findings.of_check(db, check_id)
        if finding is not None and finding.reason is Reason.INVALID and by is not ClaimBy.CURRENT:
            # That is what was to be decided.
            tasks.settle_in(db, TaskKind.DIFFERENCE, check_id, now)
        return True


def _may_be_said(db: Database, check_id: str) -> bool:
    row = db.execute(
        """SELECT state, qualification_validity FROM checks LEFT JOIN results ON results.check_id = checks.id
           WHERE id = ? AND family = ?""",
        [check_id, Family.SINGLE],
    ).fetchone()
    if row is None or row["state"] == CheckState.WITHDRAWN:
        return False
    return row["state"] != CheckState.ANSWERED or row["qualification_validity"] not in VALID


def of_check(ledger: Ledger, check_id: str) -> Assumption | None:
    """What was said of a check."""
    return of_check_in(ledger.read, check_id)


def of_check_in(db: Database, check_id: str) -> Assumption | None:
    """`of_check` inside a transaction; without a word in the pane, what the outage note of the check says."""
    row = db.execute("SELECT * FROM assumptions WHERE check_id = ?", [check_id]).fetchone()
    return assumption_from_row(row) if row else _of_note(db, check_id)


def _of_note(db: Database, check_id: str) -> Assumption | None:
    row = db.execute(
        "SELECT received_as, written_by, written_at FROM outage_notes WHERE check_id = ?", [check_id]
    ).fetchone()
    by = _BY_NOTE.get(row["received_as"]) if row else None
    if by is None:
        return None
    return Assumption(
        by=by,
        percent=IN_FULL if by is ClaimBy.NOT_YET else None,
        known=last_known(db, check_id),
        said_by=row["written_by"],
        said_at=from_text(row["written_at"]),
    )


def assumption_from_row(row: Any) -> Assumption:
    """An `Assumption` from a row that has its columns."""
    return Assumption(
        by=ClaimBy(row["by"]),
        percent=row["percent"],
        known=json.loads(row["known"]),
        said_by=row["said_by"],
        said_at=from_text(row["said_at"]),
    )


def last_known(db: Database, check_id: str) -> Facts:
    """What was last known of the insurance of a check's card or numbers; empty when nothing valid is."""
    row = db.execute(SELECT + "WHERE checks.id = ?", [check_id]).fetchone()
    last = last_answers.of_check_in(db, check_from_row(row)) if row else None
    if last is None or not last.is_confirmed:
        return {}
    found = last.message.message_body.result_list
    return facts_of(found[0]) if found else {}


def search_of(request_xml: bytes | None) -> SearchInfo | None:
    """The numbers that a check asks about; None for a card, and for what cannot be read."""
    if request_xml is None:
        return None
    try:
        return message_xml.read_request(request_xml).message_body.qualification_confirm_search_info
    except Trouble:
        return None
