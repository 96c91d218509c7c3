"""Whose insurance was last found to be what: gathered from answers, so that the next answer can be compared.

A person is found by the clinic's own number, or by insurer, number and birth date. Only what was valid is known.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlite_utils import Database

from appliance.eligibility import message_xml
from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Outcome, facts_of
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.comparing import folded_number
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, to_text

AT_A_TIME = 25
REMEMBERED = timedelta(days=400)

Facts = Mapping[str, str]


def of_person(ledger: Ledger, one: Appointment) -> Facts:
    """The last known insurance of a person; empty when none is known."""
    for mark in _marks(one.patient, one.insurer_number, one.number, one.branch, one.birthdate):
        row = ledger.read.execute("SELECT facts FROM known_insurances WHERE mark = ?", [mark]).fetchone()
        if row is not None and (facts := json.loads(row["facts"])):
            return dict(facts)
    return {}


def catch_up(ledger: Ledger, now: datetime) -> bool:
    """Look at up to `AT_A_TIME` answers that were not looked at yet; whether there may be more."""
    with ledger.write(Topic.OTHER) as db:
        seen = db.execute("SELECT revision FROM known_until").fetchone()["revision"]
        rows = db.execute(
            """SELECT checks.revision, results.xml, results.answered_at FROM checks
               JOIN results ON results.check_id = checks.id
               WHERE checks.revision > ? AND family = ? AND day >= ?
               ORDER BY checks.revision LIMIT ?""",
            [seen, Family.SINGLE, (clinic_day(now) - REMEMBERED).isoformat(), AT_A_TIME],
        ).fetchall()
        for row in rows:
            _learn_answer(db, row["xml"], row["answered_at"])
        if rows:
            db.execute("UPDATE known_until SET revision = ?", [rows[-1]["revision"]])
    return len(rows) == AT_A_TIME


def learn(ledger: Ledger, found: Iterable[tuple[Appointment, Outcome]], now: datetime) -> None:
    """Remember what a bulk result brought, in short transactions. Only after it is stored: it was compared with what was known."""
    valid = [
        (asked, outcome)
        for asked, outcome in found
        if outcome.validity == QualificationValidity.VALID and len(outcome.facts) == 1
    ]
    for at in range(0, len(valid), AT_A_TIME):
        with ledger.write(Topic.OTHER) as db:
            for asked, outcome in valid[at : at + AT_A_TIME]:
                patient = asked.patient or outcome.reference_number
                _put(db, patient, asked.birthdate, outcome.facts[0], to_text(now))


def _learn_answer(db: Database, xml: bytes, answered_at: str) -> None:
    try:
        body = message_xml.read_result(xml).message_body
    except Trouble:
        return
    if body.qualification_validity != QualificationValidity.VALID or len(body.result_list) != 1:
        return
    one = body.result_list[0]
    _put(db, one.reference_number or "", one.birthdate or "", facts_of(one), answered_at)


def _put(db: Database, patient: str, birthdate: str, facts: Facts, answered_at: str) -> None:
    insurer, number, branch = (facts.get(name, "") for name in ("insurer_number", "number", "branch"))
    for mark in _marks(patient, insurer, number, branch, birthdate):
        _put_at(db, mark, json.dumps(dict(facts), ensure_ascii=False), answered_at)
    if branch:
        for mark in _marks("", insurer, number, "", birthdate):
            known = db.execute("SELECT facts FROM known_insurances WHERE mark = ?", [mark]).fetchone()
            is_twin = known is not None and json.loads(known["facts"]).get("branch") != branch
            _put_at(db, mark, "{}" if is_twin else json.dumps(dict(facts), ensure_ascii=False), answered_at)


def _put_at(db: Database, mark: str, facts: str, answered_at: str) -> None:
    db.execute(
        """INSERT INTO known_insurances VALUES (?, ?, ?)
           ON CONFLICT (mark) DO UPDATE SET facts = excluded.facts, answered_at = excluded.answered_at
           WHERE excluded.answered_at >= answered_at""",
        [mark, facts, answered_at],
    )


def _marks(patient: str, insurer: str, number: str, branch: str, birthdate: str) -> tuple[str, ...]:
    """Where a person may be found, surest first.

    Twins share everything but the 枝番: where it is not known, what is known of two is known of nobody.
    """
    found: list[tuple[str, ...]] = [("patient", patient)] if patient else []
    if insurer and number and birthdate:
        found.append(("numbers", insurer, folded_number(number), branch, birthdate))
    return tuple(hashlib.sha256("\0".join(one).encode()).hexdigest() for one in found)
