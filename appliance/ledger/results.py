"""Results: the center's answer, written once, together with what is owed to each consumer."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.after_outage import VALID
from appliance.ledger import (
    consumers,
    deliveries,
    follow_ups,
    last_answers,
    line_log,
    notices,
    outage_notes,
    patient_numbers,
)
from appliance.ledger.bell import Topic
from appliance.ledger.checks import CheckState, Origin, touch
from appliance.ledger.database import Ledger
from appliance.ledger.line_log import Asked
from appliance.ledger.times import to_text

WITHDRAWN = "REQUEST-009"
"""What an 電子カルテ is told whose check was withdrawn at reception."""


def record(
    ledger: Ledger,
    check_id: str,
    owner: str | None,
    *,
    xml: bytes,
    qualification_validity: str | None,
    refusal: str | None,
    now: datetime,
    asked: Asked | None = None,
) -> bool:
    """Close a check with the center's answer and owe it to every consumer that wants it, in one transaction.

    `asked` goes into the log of requests with it, whoever holds the check.

    `refusal` is a trouble code when the center refused the question as such. False, and nothing written, when
    `owner` no longer holds the check: somebody else has answered it. None in place of an owner is for an answer that
    bears the check's own name, however late it comes: any open check takes it.
    """
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES | Topic.TASKS) as db:
        if asked is not None:
            line_log.insert(db, asked)
        row = db.execute(
            """SELECT 1 FROM checks WHERE id = :id AND (
                   (state = 'asking' AND owner = :owner)
                   OR (:owner IS NULL AND state IN ('received', 'waiting', 'asking')))""",
            {"id": check_id, "owner": owner},
        ).fetchone()
        if row is None:
            return False
        close(db, check_id, xml, qualification_validity, refusal, now)
        return True


def close(
    db: Database,
    check_id: str,
    xml: bytes,
    qualification_validity: str | None,
    refusal: str | None,
    now: datetime,
) -> None:
    """What `record` writes, for a transaction that does more; the check must be open.

    A folder that was told before that its request is given up is owed nothing more.
    """
    row = db.execute(
        """UPDATE checks SET state = ?, answered_at = ?, trouble_code = ?, trouble_detail = NULL,
                  owner = NULL, owned_until = NULL, next_try_at = NULL
           WHERE id = ? RETURNING origin, asked_by, family""",
        [CheckState.REFUSED if refusal else CheckState.ANSWERED, to_text(now), refusal, check_id],
    ).fetchone()
    touch(db, check_id)
    db.table("results").insert(
        {
            "check_id": check_id,
            "xml": xml,
            "qualification_validity": qualification_validity,
            "answered_at": to_text(now),
        }
    )
    follow_ups.answered_in(db, check_id, xml, qualification_validity, now)
    if refusal is None and qualification_validity is not None:
        last_answers.learn_in(db, check_id, xml, now)
    # Asked again days later, an answer of no use is nobody's news.
    if row["origin"] == Origin.CONSUMER:
        deliveries.forget_refusal(db, check_id, row["asked_by"])
    if row["origin"] != Origin.FOLLOW_UP or qualification_validity in VALID:
        for name in consumers.takers(db, row["origin"], row["asked_by"], row["family"]):
            deliveries.add(db, check_id, name, now)
    if row["origin"] == Origin.VIEWER:
        notices.owe_medical_in(db, check_id, now)
    outage_notes.answered_in(db, check_id, xml, qualification_validity, now)
    patient_numbers.answered_in(db, check_id)


def withdraw(ledger: Ledger, check_id: str, now: datetime) -> bool:
    """Stop a check that was not answered yet; False when it is closed already or being asked.

    A レセコン that asked through its folder is owed its request back, an 電子カルテ that asked is told.
    """
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES) as db:
        row = withdraw_in(db, check_id)
        if row is not None:
            if row["origin"] == Origin.FOLDER and consumers.is_folder(db, row["asked_by"]):
                deliveries.add(db, check_id, row["asked_by"], now)
            if consumers.is_asker(db, row["origin"], row["asked_by"]):
                deliveries.add(db, check_id, row["asked_by"], now, refusal=WITHDRAWN)
        return row is not None


def withdraw_in(db: Database, check_id: str) -> Any:
    """`withdraw` for a transaction that does more, telling nobody: where the check came from, None when it was too late."""
    row = db.execute(
        """UPDATE checks SET state = 'withdrawn' WHERE id = ? AND state IN ('received', 'waiting')
           RETURNING origin, asked_by""",
        [check_id],
    ).fetchone()
    if row is not None:
        touch(db, check_id)
    return row
