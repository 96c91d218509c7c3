"""公費の証 at reception: taken from a paper beside a check, listed by expiry, put right, ended. Every step is audited."""

from flask import Response, jsonify, make_response, render_template, request

from appliance.eligibility import local_certificate
from appliance.eligibility.local_certificate import PROGRAMMES, LocalFacts, TypedLocal
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, local_certificates
from appliance.ledger.checks import Check
from appliance.ledger.local_certificates import Certificate
from appliance.ledger.person_marks import only_person
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import errors, guard
from appliance.web.reception import local_words, manual
from appliance.web.reception.views import blueprint
from appliance.web.room import here

MOST_SHOWN = 300


@blueprint.get("/reception/certificates")
@guard.allow(*guard.CLINIC)
def certificates() -> str:
    """The certificates that are still used, those that end first before the others."""
    room = here()
    now = room.clock()
    audit.write(room.ledger, guard.signed_in().name, "list-certificates", "", now)
    found = local_certificates.by_expiry(room.ledger, MOST_SHOWN)
    return render_template(
        "reception/certificates.html", cards=[local_words.card_of(one, clinic_day(now)) for one in found]
    )


@blueprint.get("/reception/checks/<check_id>/certificate")
@guard.allow(*guard.CLINIC)
def new_form(check_id: str) -> str:
    """The empty form for the patient of this check. Raises `Trouble` INPUT-006 where that is not one person."""
    person = only_person(_check(check_id))
    if person is None:
        raise Trouble("INPUT-006")
    holder = f"{person.name or person.name_kana or ''}"
    return _form(TypedLocal(programme=PROGRAMMES[0]), holder, f"/reception/checks/{check_id}/certificate")


@blueprint.get("/reception/certificates/<certificate_id>")
@guard.allow(*guard.CLINIC)
def edit_form(certificate_id: str) -> str:
    """The form filled with a certificate."""
    room = here()
    found = _certificate(certificate_id)
    audit.write(room.ledger, guard.signed_in().name, "open-certificate", certificate_id, room.clock())
    path = f"/reception/certificates/{certificate_id}"
    return _form(local_words.typed_of(found), found.name, path, found.version)


@blueprint.post("/reception/certificates/warnings")
@guard.allow(*guard.CLINIC)
def certificate_warnings() -> Response:
    """What is wrong with what is typed so far."""
    return jsonify(_body(local_certificate.read(request.form)))


@blueprint.post("/reception/checks/<check_id>/certificate")
@guard.allow(*guard.CLINIC)
def add(check_id: str) -> Response:
    """Take the certificate. Answers 422 as the manual form does."""
    room = here()
    check = _check(check_id)
    facts = _judged()
    if not isinstance(facts, LocalFacts):
        return facts
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        made = local_certificates.add(room.ledger, check, facts, actor, now)
        if made is None:
            raise Trouble("INPUT-006")
        audit.write(room.ledger, actor, "add-certificate", made, now)
    return make_response(jsonify({"id": check_id}), 201)


@blueprint.post("/reception/certificates/<certificate_id>")
@guard.allow(*guard.CLINIC)
def edit(certificate_id: str) -> Response:
    """Put the certificate right. Raises `Trouble` INPUT-006 when somebody else has changed it meanwhile."""
    room = here()
    _certificate(certificate_id)
    facts = _judged()
    if not isinstance(facts, LocalFacts):
        return facts
    version = request.form.get("version", 0, type=int)
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        if not local_certificates.edit(room.ledger, certificate_id, version, facts, actor, now):
            raise Trouble("INPUT-006")
        audit.write(room.ledger, actor, "edit-certificate", certificate_id, now)
    return jsonify({"id": ""})


@blueprint.post("/reception/certificates/<certificate_id>/end")
@guard.allow(*guard.CLINIC)
def end(certificate_id: str) -> Response:
    """The certificate is used no more. Raises `Trouble` INPUT-006 when it has ended already."""
    room = here()
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        if not local_certificates.end(room.ledger, certificate_id, actor, now):
            raise Trouble("INPUT-006")
        audit.write(room.ledger, actor, "end-certificate", certificate_id, now)
    return jsonify({"id": certificate_id})


def _form(typed: TypedLocal, holder: str, path: str, version: int = 0) -> str:
    return render_template(
        "reception/certificate.html",
        typed=typed,
        holder=holder,
        path=path,
        version=version,
        programmes=PROGRAMMES,
    )


def _judged() -> LocalFacts | Response:
    """What was typed, or the answer that says what is wrong with it."""
    typed = local_certificate.read(request.form)
    body = _body(typed)
    warnings = {text for texts in _warnings(typed).values() for text in texts}
    if local_certificate.errors_of(typed) or not warnings <= manual.warnings_shown(request.form):
        return make_response(jsonify(body | errors.error_body(Trouble("INPUT-001"))), 422)
    return local_certificate.facts_of(typed)


def _body(typed: TypedLocal) -> dict[str, object]:
    return {"errors": local_certificate.errors_of(typed), "warnings": _warnings(typed), "echo": ""}


def _warnings(typed: TypedLocal) -> dict[str, tuple[str, ...]]:
    """The warnings of today, by field."""
    room = here()
    today = clinic_day(room.clock())
    return local_certificate.warnings_of(typed, laws(rulebook_of(room.box), LawSide.PUBLIC, today), today)


def _check(check_id: str) -> Check:
    found = checks.find(here().ledger, check_id)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def _certificate(certificate_id: str) -> Certificate:
    found = local_certificates.find(here().ledger, certificate_id)
    if found is None:
        raise Trouble("INPUT-005")
    return found
