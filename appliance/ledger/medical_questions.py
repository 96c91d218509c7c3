"""Questions after medical information: each asked once for a patient's check, sealed, and forgotten with the consent.

They wait for the line as every check does, but not longer than the consent lasts. What is asked and answered lies under a
key of its own (`disaster_seal`), so that nothing of it can be read once the key is gone.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility import center_reading, medical_questions
from appliance.eligibility.medical_access import Item
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.message import Qualification
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, disaster_seal, notices
from appliance.ledger.bell import Topic
from appliance.ledger.checks import OPEN, OPEN_STATES, Check, CheckState, NewCheck, Origin, touch
from appliance.ledger.database import Ledger
from appliance.ledger.medical_patients import Patient
from appliance.ledger.times import clinic_day, from_text, to_text

BY_THE_CLOCK = "clock"
_AHEAD = timedelta(minutes=5)
"""A question asked that far in the future was asked before the clock was set back: nobody knows how old it is."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `of` is the patient's check, `check_id` the one that carries it."""

    id: str
    of: str
    ask: Ask
    asked_by: str
    asked_at: datetime
    until: datetime
    check_id: str


def ask(
    ledger: Ledger, patient: Patient, wanted: Ask, by: str, now: datetime, *, again: bool = False
) -> Question:
    """Ask for it, unless that was done and did not fail; `again` asks anew also after an answer.

    Raises `Trouble` MEDICAL-001 when the patient has not agreed to any of it, or not within 24 hours.
    """
    items = tuple(item for item in patient.access.open_at(now) if item in wanted.items)
    whose = patient.access.whose
    if not items or whose is None:
        raise Trouble("MEDICAL-001")
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS | Topic.DELIVERIES) as db:
        known = _known(db, patient.check.id, wanted)
        if known is not None:
            state = _state(db, known.check_id)
            if state in OPEN_STATES or (state == CheckState.ANSWERED and not again):
                return known
            _forget(db, [known.id], now)
        return _begin(db, patient, whose, wanted, items, by, now)


def _begin(
    db: Database,
    patient: Patient,
    whose: Qualification,
    wanted: Ask,
    items: tuple[Item, ...],
    by: str,
    now: datetime,
) -> Question:
    question_id = secrets.token_hex(16)
    code = patient.check.institution_code
    message = medical_questions.request(
        wanted,
        items,
        whose,
        clinic_day(now),
        institution_code=code,
        identifier=center_reading.identifier(question_id),
    )
    key = disaster_seal.new_key(db, question_id)
    new = NewCheck(origin=Origin.VIEWER, institution_code=code, family=wanted.family)
    check_id = checks.insert(db, new, now)
    sealed = disaster_seal.sealed(key, check_id, message)
    db.execute("UPDATE checks SET request_xml = ? WHERE id = ?", [sealed, check_id])
    row = {
        "id": question_id,
        "of": patient.check.id,
        "ask": wanted,
        "asked_by": by,
        "asked_at": to_text(now),
        # As long as any of it may be seen; the pages look at each item for itself.
        "until": to_text(max(patient.access.windows[item].until for item in items)),
        "check_id": check_id,
    }
    db.table("medical_questions").insert(row)
    audit.insert(db, by, "medical-ask", patient.check.id, now, f"{wanted} {' '.join(items)}")
    return _question(row)


def of_patient(ledger: Ledger, check_id: str, wanted: Ask) -> Question | None:
    """What was asked for that patient's check and is not forgotten."""
    return _known(ledger.read, check_id, wanted)


def find(ledger: Ledger, question_id: str) -> Question | None:
    """The question with this id, unless it is forgotten."""
    row = ledger.read.execute(
        "SELECT * FROM medical_questions WHERE id = ? AND forgotten_at IS NULL", [question_id]
    ).fetchone()
    return _question(row) if row else None


def answer(ledger: Ledger, asked: Question, check: Check) -> bytes:
    """The answer in the question's check. Raises `Trouble` MEDICAL-001 when it is forgotten, or there is none."""
    if check.result_xml is None:
        raise Trouble("MEDICAL-001")
    return _unsealed(ledger.read, asked.id, check.id, check.result_xml)


def readable(ledger: Ledger, check: Check, now: datetime) -> Check:
    """`check` with what it asks made readable, to be asked. Raises `Trouble` MEDICAL-001 when the consent is over."""
    row = ledger.read.execute("SELECT * FROM medical_questions WHERE check_id = ?", [check.id]).fetchone()
    if row is None or not (from_text(row["asked_at"]) <= now + _AHEAD and now < from_text(row["until"])):
        raise Trouble("MEDICAL-001")
    return replace(check, request_xml=_unsealed(ledger.read, row["id"], check.id, check.request_xml or b""))


def sealed_answer(ledger: Ledger, check: Check, xml: bytes) -> bytes:
    """The answer as it may be kept; nothing when the question is forgotten by now."""
    row = ledger.read.execute("SELECT id FROM medical_questions WHERE check_id = ?", [check.id]).fetchone()
    try:
        key = disaster_seal.key_of(ledger.read, row["id"] if row else "")
    except Trouble:
        return b""
    return disaster_seal.sealed(key, check.id, xml)


def forget_due(ledger: Ledger, now: datetime) -> int:
    """Forget what was asked with a consent that is over, or by a clock since set back; how many questions there were."""
    due = ledger.read.execute(
        """SELECT id FROM medical_questions INDEXED BY medical_questions_kept
           WHERE forgotten_at IS NULL AND (until <= ? OR asked_at > ?)""",
        [to_text(now), to_text(now + _AHEAD)],
    ).fetchall()
    if due:
        with ledger.write(Topic.CHECKS | Topic.DELIVERIES) as db:
            _forget(db, [row["id"] for row in due], now)
    return len(due)


def _forget(db: Database, ids: list[str], now: datetime) -> None:
    disaster_seal.forget_keys(db, frozenset(ids))
    for question_id in ids:
        row = db.execute(
            "UPDATE medical_questions SET forgotten_at = ? WHERE id = ? RETURNING of, check_id",
            [to_text(now), question_id],
        ).fetchone()
        db.execute(
            f"""UPDATE checks SET state = ?, owner = NULL, owned_until = NULL WHERE id = ? AND {OPEN}""",
            [CheckState.WITHDRAWN, row["check_id"]],
        )
        db.execute("UPDATE checks SET request_xml = NULL WHERE id = ?", [row["check_id"]])
        db.execute("DELETE FROM results WHERE check_id = ?", [row["check_id"]])
        touch(db, row["check_id"])
        notices.medical_over_in(db, question_id, now)
        audit.insert(db, BY_THE_CLOCK, "medical-forget", row["of"], now)


def _unsealed(db: Database, question_id: str, check_id: str, data: bytes) -> bytes:
    try:
        return disaster_seal.unsealed(disaster_seal.key_of(db, question_id), check_id, data)
    except Trouble as trouble:
        raise Trouble("MEDICAL-001") from trouble


def _state(db: Database, check_id: str) -> str:
    return str(db.execute("SELECT state FROM checks WHERE id = ?", [check_id]).fetchone()["state"])


def _known(db: Database, check_id: str, wanted: Ask) -> Question | None:
    row = db.execute(
        "SELECT * FROM medical_questions WHERE of = ? AND ask = ? AND forgotten_at IS NULL",
        [check_id, wanted],
    ).fetchone()
    return _question(row) if row else None


def _question(row: Any) -> Question:
    return Question(
        id=row["id"],
        of=row["of"],
        ask=Ask(row["ask"]),
        asked_by=row["asked_by"],
        asked_at=from_text(row["asked_at"]),
        until=from_text(row["until"]),
        check_id=row["check_id"],
    )
