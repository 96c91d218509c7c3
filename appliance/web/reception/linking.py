"""Linking a check to the clinic's own number of the patient, and registering that number with the center."""

import secrets

from flask import Response, jsonify, request

from appliance.eligibility.registering import clean_number, registration
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, patient_numbers
from appliance.ledger.checks import Check, NewCheck, Origin
from appliance.ledger.patient_numbers import Link
from appliance.ledger.person_marks import only_person
from appliance.web import guard
from appliance.web.reception.numbering import numbering_of
from appliance.web.reception.views import blueprint
from appliance.web.room import here


@blueprint.post("/reception/checks/<check_id>/number")
@guard.allow(*guard.CLINIC)
def link(check_id: str) -> Response:
    """Link the patient of this check to `number`; with `register` the center is told too.

    Raises `Trouble`: INPUT-001, INPUT-007 for the number, INPUT-006 where the answer is not about one person.
    """
    room = here()
    check = _check(check_id)
    number = clean_number(request.form.get("number", ""))
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        link_id = patient_numbers.link(room.ledger, check, number, actor, now)
        if link_id is None:
            raise Trouble("INPUT-006")
        audit.write(room.ledger, actor, "link-number", check_id, now, detail=link_id)
    numbering = numbering_of(room.ledger, check)
    if request.form.get("register") == "1" and numbering is not None and numbering.may_register:
        _register(check)
    return jsonify({"id": check_id})


@blueprint.post("/reception/checks/<check_id>/number/register")
@guard.allow(*guard.CLINIC)
def register(check_id: str) -> Response:
    """Tell the center the number that this check is linked to. Raises `Trouble` INPUT-006 where it cannot be told."""
    _register(_check(check_id))
    return jsonify({"id": check_id})


@blueprint.post("/reception/checks/<check_id>/number/unlink")
@guard.allow(*guard.CLINIC)
def unlink(check_id: str) -> Response:
    """The link was wrong. Raises `Trouble` INPUT-006 when there is none any more."""
    room = here()
    found = _linked(_check(check_id))
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        if not patient_numbers.unlink(room.ledger, found.id, actor, now):
            raise Trouble("INPUT-006")
        checks.changed(room.ledger, check_id)
        audit.write(room.ledger, actor, "unlink-number", check_id, now, detail=found.id)
    return jsonify({"id": check_id})


def _register(check: Check) -> None:
    room = here()
    numbering, person = numbering_of(room.ledger, check), only_person(check)
    if numbering is None or person is None or numbering.link is None or not numbering.may_register:
        raise Trouble("INPUT-006")
    found = numbering.link
    new = NewCheck(
        origin=Origin.MANUAL,
        institution_code=check.institution_code,
        request_xml=registration(found.number, person, check.institution_code, secrets.token_hex(8)),
        family=Family.REFERENCE,
    )
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        told = patient_numbers.register(room.ledger, found.id, new, now)
        checks.changed(room.ledger, check.id)
        audit.write(room.ledger, actor, "register-number", check.id, now, detail=told)


def _linked(check: Check) -> Link:
    found = patient_numbers.known_for(here().ledger, check).link
    if found is None:
        raise Trouble("INPUT-006")
    return found


def _check(check_id: str) -> Check:
    found = checks.find(here().ledger, check_id)
    if found is None:
        raise Trouble("INPUT-005")
    return found
