"""The patients of today whose medical information may be seen: until when, and what they agreed to."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.medical_access import ITEM_LABELS, Item
from appliance.eligibility.said import said
from appliance.ledger import audit, medical_patients
from appliance.ledger.medical_patients import Patient
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web import guard
from appliance.web.clinical.area import TAB_LABELS, Tab, blueprint
from appliance.web.medical.person import Somebody, somebody
from appliance.web.room import here


@dataclass(frozen=True)
class Listed:
    """One row. `tabs` says of each tab whether any of it may be seen."""

    check_id: str
    person: Somebody | None
    came: str
    until: datetime | None
    given: tuple[Item, ...]
    tabs: dict[Tab, bool]


@blueprint.get("/clinical")
@guard.medical
def listing() -> str:
    """Everybody of today, the latest first."""
    room = here()
    now = room.clock()
    audit.write(room.ledger, guard.signed_in().name, "medical-list", "", now)
    return render_template(
        "clinical/list.html",
        rows=[_row(one, now) for one in medical_patients.patients(room.ledger, now)],
        items=ITEM_LABELS,
        tabs=TAB_LABELS,
        trouble=None if room.settings.needs_certificate else CATALOGUE["MEDICAL-003"],
    )


def _row(patient: Patient, now: datetime) -> Listed:
    given = patient.access.open_at(now)
    return Listed(
        check_id=patient.check.id,
        person=person_of(patient, now),
        came=_came(patient.check.received_at, now),
        until=patient.access.until(Item, now) if given else None,
        given=given,
        tabs={tab: any(item in given for item in tab.items) for tab in Tab},
    )


def person_of(patient: Patient, now: datetime) -> Somebody | None:
    """Who it is, as the center says; None before it has answered."""
    found = patient.person
    if found is None:
        return None
    return somebody(name=found.name, kana=found.name_kana, birthdate=found.birthdate, sex=found.sex1, now=now)


def _came(at: datetime, now: datetime) -> str:
    local = at.astimezone(JAPAN)
    day = (
        "" if local.date() == clinic_day(now) else said("{month}月{day}日 ", month=local.month, day=local.day)
    )
    return f"{day}{local.hour}:{local.minute:02d}"
