"""The patients whose medical information may be seen: those who laid down a card and agreed, for 24 hours."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.eligibility import message_xml
from appliance.eligibility.medical_access import NO_ACCESS, Access, access_of
from appliance.eligibility.message import Qualification
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks
from appliance.ledger.checks import Check, CheckState, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day

_OVER = (CheckState.REFUSED, CheckState.WITHDRAWN)


@dataclass(frozen=True)
class Patient:
    """One patient's latest card check, and what it opens. Without an answer it opens nothing yet."""

    check: Check
    access: Access
    person: Qualification | None = field(default=None, repr=False)

    @property
    def is_waiting(self) -> bool:
        """Whether the center has not answered yet, so that nobody knows what may be seen."""
        return self.check.state is not CheckState.ANSWERED


def patients(ledger: Ledger, now: datetime) -> tuple[Patient, ...]:
    """Everybody of whom something may be seen at `now` or soon, the latest first.

    Of somebody who came twice the later visit counts, with whatever was agreed to then.
    """
    found = (_patient(check) for check in _latest(ledger, now))
    return tuple(one for one in found if one.is_waiting or one.access.open_at(now))


def find(ledger: Ledger, check_id: str, now: datetime) -> Patient:
    """The patient of this check. Raises `Trouble` MEDICAL-001 when nothing of that check may be seen (any more)."""
    check = next((one for one in _latest(ledger, now) if one.id == check_id), None)
    found = _patient(check) if check is not None else None
    if found is None or not found.access.open_at(now):
        raise Trouble("MEDICAL-001")
    return found


def _latest(ledger: Ledger, now: datetime) -> tuple[Check, ...]:
    """The latest card check of everybody who was here today or yesterday."""
    today = clinic_day(now)
    found: dict[str, Check] = {}
    for day in (today, today - timedelta(days=1)):
        for check in checks.of_day(ledger, day):
            if check.origin is Origin.CARD and check.state not in _OVER:
                found.setdefault(check.card_mark or check.id, check)
    return tuple(found.values())


def _patient(check: Check) -> Patient:
    if check.state is not CheckState.ANSWERED or check.result_xml is None or check.consents is None:
        return Patient(check, NO_ACCESS)
    try:
        results = message_xml.read_result(check.result_xml).message_body.result_list
    except Trouble:
        return Patient(check, NO_ACCESS)
    return Patient(check, access_of(results, check.consents), results[0] if results else None)
