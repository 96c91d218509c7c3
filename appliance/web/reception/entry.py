"""The manual form: shown in the pane, judged while one types, sent as a new check."""

from flask import Response, jsonify, make_response, render_template, request

from appliance.eligibility import message_xml
from appliance.eligibility.documents import DOCUMENTS
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, follow_ups
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard, house
from appliance.web.reception import manual
from appliance.web.reception.message_of import search_of
from appliance.web.reception.views import blueprint
from appliance.web.room import here


@blueprint.get("/reception/manual")
@guard.allow(*guard.CLINIC)
def manual_form() -> str:
    """The empty form, or one filled from the check `from`."""
    typed = manual.Typed()
    code = house.usual()
    source = request.args.get("from", "")
    if source:
        check = checks.find(here().ledger, source)
        if check is None:
            raise Trouble("INPUT-005")
        code = check.institution_code
        search = search_of(check)
        typed = manual.typed_of(search, check.document) if search else typed
    return render_template(
        "reception/manual.html",
        typed=typed,
        documents=DOCUMENTS,
        follows=source,
        institutions=house.choices(),
        institution=code,
    )


@blueprint.post("/reception/manual/warnings")
@guard.allow(*guard.CLINIC)
def warnings() -> Response:
    """What is wrong with what is typed so far."""
    return jsonify(_body(manual.judge(manual.read(request.form), clinic_day(here().clock()))))


@blueprint.post("/reception/manual")
@guard.allow(*guard.CLINIC)
def send() -> Response:
    """Open a check for what was typed.

    Answers 422 with the findings when there is an error, or a warning that was not on the screen yet.
    """
    room = here()
    now = room.clock()
    typed = manual.read(request.form)
    findings = manual.judge(typed, clinic_day(now))
    if findings.errors or not set(findings.all_warnings) <= manual.warnings_shown(request.form):
        return make_response(jsonify(_body(findings) | errors.error_body(Trouble("INPUT-001"))), 422)
    code = house.chosen(request.form.get("institution_code", ""))
    message = manual.request_of(typed, code, clinic_day(now))
    new = NewCheck(
        origin=Origin.MANUAL,
        institution_code=code,
        request_xml=message_xml.write(message),
        document=typed.document,
    )
    follows = request.form.get("follows", "")
    detail = "warnings-overridden" if findings.all_warnings else ""
    with room.ledger.together():
        if checks.find(room.ledger, follows) is not None:
            check_id = follow_ups.open_after(room.ledger, new, follows, now)
        else:
            check_id = checks.open_check(room.ledger, new, now)
        audit.write(room.ledger, guard.signed_in().name, "manual-check", check_id, now, detail=detail)
    return house.remember(make_response(jsonify({"id": check_id}), 201), code)


def _body(findings: manual.Findings) -> dict[str, object]:
    return {"errors": findings.errors, "warnings": findings.warnings, "echo": findings.echo}
