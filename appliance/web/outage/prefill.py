"""What the form of a note holds before anybody types: today, the outage that there is, what a check knows."""

from dataclasses import replace

from appliance.eligibility.catalogue import CATALOGUE, Fault
from appliance.eligibility.outage import NoteFacts, Reason
from appliance.eligibility.wording import day_of
from appliance.ledger.checks import Check
from appliance.ledger.times import clinic_day
from appliance.web.outage.form import Typed, katakana, written_day
from appliance.web.reception.message_of import result_of, search_of
from appliance.web.room import Room

_REASONS = {
    Fault.LINE: Reason.LINE,
    Fault.CENTER: Reason.CENTER,
    Fault.READER: Reason.READER,
    Fault.BOX: Reason.TERMINAL,
}


def empty(room: Room, is_line_down: bool) -> Typed:
    """The form for somebody of whom nothing is known."""
    return Typed(
        visited_on=clinic_day(room.clock()).isoformat(),
        reason=Reason.LINE if is_line_down else "",
        institution_code=room.settings.institution_code,
    )


def alike(typed: Typed, before: NoteFacts) -> Typed:
    """`typed` under the circumstances of the patient before."""
    return replace(
        typed,
        visited_on=before.visited_on.isoformat(),
        reason=before.reason,
        reason_text=before.reason_text,
        received_as=before.received_as,
        institution_code=before.institution_code,
    )


def of_check(room: Room, typed: Typed, check: Check) -> Typed:
    """`typed` with what a check knows of its patient: the birth date that was asked about, and all of an answer."""
    entry = CATALOGUE.get(check.trouble_code or "")
    typed = replace(
        typed,
        visited_on=clinic_day(check.received_at).isoformat(),
        reason=(_REASONS.get(entry.fault) if entry else None) or typed.reason,
        institution_code=check.institution_code
        if check.institution_code in room.settings.institution_codes
        else typed.institution_code,
    )
    search, result = search_of(check), result_of(check)
    found = next(iter(result.message_body.result_list if result else ()), None)
    born = day_of(found.birthdate if found else None) or day_of(search.birthdate if search else None)
    typed = replace(typed, birthdate=written_day(born) if born else "")
    if found is None:
        return typed
    return replace(
        typed,
        name=found.name or "",
        kana=katakana(found.name_kana or ""),
        sex=found.sex1 or "",
        address=found.address or "",
    )
