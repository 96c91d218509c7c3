"""Which earlier answer a result takes the place of: the same visit's, else the last valid one about the same patient."""

from dataclasses import dataclass, field
from datetime import datetime

from appliance.eligibility import message_xml
from appliance.eligibility.after_outage import VALID
from appliance.eligibility.answer_changes import changed, validity_changed
from appliance.eligibility.bulk_outcome import Difference
from appliance.eligibility.message import ResultBody
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, follow_ups, history
from appliance.ledger.checks import Check, CheckState, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text

LOOKED_BACK = 8
"""Earlier visits among which the last valid answer is looked for."""


@dataclass(frozen=True)
class Replaced:
    """The earlier answer. With `same_visit` False the visit was another one, and its answer still holds for that one."""

    check_id: str
    answered_at: datetime
    same_visit: bool
    differences: tuple[Difference, ...] = field(repr=False)


def replaced_by(ledger: Ledger, check: Check) -> Replaced | None:
    """What the answer to `check` takes the place of; None for the first one, and for a question that the center refused.

    It says the same whenever it is asked: only what was answered before counts.
    """
    if check.state is not CheckState.ANSWERED or check.answered_at is None:
        return None
    before = _of_visit(ledger, check)
    is_same = before is not None
    before = before or _of_patient(ledger, check)
    if before is None or before.answered_at is None:
        return None
    return Replaced(before.id, before.answered_at, is_same, _differences(before, check))


_ANSWERED_BEFORE = f"""SELECT id FROM
    (SELECT id FROM checks WHERE id = :first UNION ALL SELECT check_id FROM follow_ups WHERE of = :first)
    JOIN checks USING (id) JOIN results ON check_id = id
    WHERE (results.answered_at, seq) < (:at, :seq)
    AND (origin != '{Origin.FOLLOW_UP}' OR results.qualification_validity IN ('{VALID[0]}', '{VALID[1]}'))
    ORDER BY results.answered_at DESC, seq DESC LIMIT 1"""
"""Not what nobody was given: a later question of the box's own that brought nothing."""


def _of_visit(ledger: Ledger, check: Check) -> Check | None:
    row = ledger.read.execute(
        _ANSWERED_BEFORE,
        {
            "first": follow_ups.first_of(ledger.read, check.id),
            "at": to_text(check.answered_at) if check.answered_at else "",
            "seq": check.seq,
        },
    ).fetchone()
    return checks.find(ledger, row["id"]) if row else None


def _of_patient(ledger: Ledger, check: Check) -> Check | None:
    for one in history.before(ledger, check, LOOKED_BACK):
        if one.qualification_validity in VALID:
            found = checks.find(ledger, one.id)
            if found and found.answered_at and check.answered_at and found.answered_at <= check.answered_at:
                return found
    return None


def _differences(before: Check, after: Check) -> tuple[Difference, ...]:
    was, now = _body(before), _body(after)
    if was is None or now is None:
        return ()
    return (*validity_changed(was, now), *changed(was, now).differences)


def _body(check: Check) -> ResultBody | None:
    try:
        return message_xml.read_result(check.result_xml or b"").message_body
    except Trouble:
        return None
