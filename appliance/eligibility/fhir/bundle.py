"""The Bundle of one result: every resource the answer speaks of, once each, referring to each other."""

import uuid

from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.about import NOTHING, About
from appliance.eligibility.fhir.answer import Around, answer
from appliance.eligibility.fhir.coverage import coverage
from appliance.eligibility.fhir.insurance import insurance
from appliance.eligibility.fhir.organizations import INSURER_FIELDS, PUBLIC_FIELDS, clinic, payor
from appliance.eligibility.fhir.outcome import outcome
from appliance.eligibility.fhir.patient import patient
from appliance.eligibility.fhir.question import question
from appliance.eligibility.fhir.taken import Json, Taken, filled, spelt_moment
from appliance.eligibility.message import Qualification, ResultMessage

_NAMESPACE = uuid.UUID("0c7f1f0e-6f5d-5b5e-9f6c-2f6a7d1c9f10")
"""Made for this; with a check's random id it gives the ids of entries, so that each offer of a result has the same."""
SOMEBODY: Json = {"type": "Patient", "display": "照会した方"}
"""Whom the answer is about, when it does not say or speaks of several people."""


class _Entries:
    """Resources in the order of their coming. Equal ones of a kind are one."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._known: dict[str, Json] = {}

    def add(self, resource: Json) -> Json:
        """A reference to `resource`."""
        kind = resource["resourceType"]
        for url, known in self._known.items():
            if known == resource:
                return {"reference": url}
        number = sum(known["resourceType"] == kind for known in self._known.values())
        url = f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self._key} {kind} {number}')}"
        self._known[url] = resource
        return {"reference": url}

    def listed(self) -> list[Json]:
        """As members of a Bundle."""
        return [{"fullUrl": url, "resource": resource} for url, resource in self._known.items()]


def bundle(message: ResultMessage, about: About = NOTHING) -> Json:
    """A Bundle of type collection: all that `message` says, and what the box knows `about` it.

    The same input gives the same Bundle, ids of entries included.
    """
    entries = _Entries(about.check_id or "")
    header, body = Taken(message.message_header), Taken(message.message_body)
    code = header.text("medical_institution_code") or about.institution_code
    asker = entries.add(clinic(code)) if code else None
    people: list[Json] = []
    insurances = [
        _insured(one, message.message_body.qualification_validity, entries, people)
        for one in message.message_body.result_list
    ]
    person = people[0] if people and all(one == people[0] for one in people) else SOMEBODY
    asked = entries.add(question(message, header, about, person, asker))
    trouble = outcome(message, header, body, about.trouble_code)
    if trouble:
        entries.add(trouble)
    entries.add(answer(message, header, body, about, Around(person, asked, asker, insurances, trouble)))
    delivery = {"system": systems.DELIVERY, "value": about.delivery_id} if about.delivery_id else None
    moment = spelt_moment(about.answered_at) if about.answered_at else None
    return {
        "resourceType": "Bundle",
        **filled(identifier=delivery),
        "type": "collection",
        **filled(timestamp=moment),
        "entry": entries.listed(),
    }


def _insured(one: Qualification, validity: str | None, entries: _Entries, people: list[Json]) -> Json:
    """The insurance of the answer for one qualification; its resources go to `entries`, its person also to `people`."""
    person = patient(one)
    people.append(entries.add(person) if person else SOMEBODY)
    payors = {
        fields: entries.add(found)
        for fields in (INSURER_FIELDS, PUBLIC_FIELDS)
        if (found := payor(one, fields))
    }
    covered = entries.add(coverage(one, validity, people[-1], payors))
    return insurance(one, validity, covered)
