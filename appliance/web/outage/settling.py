"""Bringing a note to its end: the numbers that were found, an answer taken as it is, a reason of a person."""

from flask import Response, jsonify, make_response, request

from appliance.eligibility import message_xml
from appliance.eligibility.trouble import Trouble
from appliance.ledger import outage_lists, outage_notes
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.outage_notes import Ending, Note
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard
from appliance.web.outage.area import (
    WRITERS,
    blueprint,
    body_of,
    done,
    note_down,
    note_of,
    refused,
    version_seen,
)
from appliance.web.outage.form import text_error
from appliance.web.outage.words import detail_of
from appliance.web.reception import manual
from appliance.web.reception.manual import Findings, Typed
from appliance.web.room import here


@blueprint.post("/notes/<note_id>/numbers/judge")
@guard.allow(*WRITERS)
def judge_numbers(note_id: str) -> Response:
    """What is wrong with the numbers typed so far."""
    note = note_of(note_id)
    return jsonify(body_of(_judged(_typed(note))))


@blueprint.post("/notes/<note_id>/numbers")
@guard.allow(*WRITERS)
def look_up(note_id: str) -> Response:
    """Ask by the numbers that 障害時モード gave, for the day on which the patient came."""
    room = here()
    note = note_of(note_id)
    typed = _typed(note)
    answer = refused(_judged(typed))
    if answer is not None:
        return answer
    message = manual.request_of(typed, note.facts.institution_code, note.facts.visited_on)
    new = NewCheck(
        origin=Origin.MANUAL,
        institution_code=note.facts.institution_code,
        request_xml=message_xml.write(message),
    )
    actor = guard.signed_in().name
    check_id = outage_notes.look_up(room.ledger, note_id, version_seen(), new, actor, room.clock())
    note_down("look-up-outage-note", note_id)
    note_down("manual-check", check_id)
    following = outage_lists.next_on_list(room.ledger, note_id)
    goes_on = request.form.get("then") == "next" and following is not None
    return done(note_id, f"/outage/notes/{following if goes_on else note_id}")


@blueprint.post("/notes/<note_id>/accept")
@guard.allow(*WRITERS)
def accept(note_id: str) -> Response:
    """A person says that the answer settles the note, although the box could not tell."""
    room = here()
    note = note_of(note_id)
    if not detail_of(room.ledger, note, room.clock()).can_accept:
        raise Trouble("INPUT-006")
    return _close(note, Ending.BY_CHECK, "")


@blueprint.post("/notes/<note_id>/close")
@guard.allow(*WRITERS)
def close(note_id: str) -> Response:
    """A person ends the note and says why."""
    reason = request.form.get("closing_reason", "").strip()
    error = text_error(reason) if reason else "理由を書いてください。"
    if error:
        findings = Findings({"closing_reason": error}, {}, "")
        return make_response(jsonify(body_of(findings) | errors.error_body(Trouble("INPUT-001"))), 422)
    return _close(note_of(note_id), Ending.BY_PERSON, reason)


@blueprint.post("/notes/<note_id>/reopen")
@guard.allow(*WRITERS)
def reopen(note_id: str) -> Response:
    """Take up again what was closed by mistake."""
    room = here()
    note_of(note_id)
    outage_notes.reopen(room.ledger, note_id, version_seen(), guard.signed_in().name, room.clock())
    note_down("reopen-outage-note", note_id)
    return done(note_id, f"/outage/notes/{note_id}")


def _close(note: Note, ending: Ending, reason: str) -> Response:
    room = here()
    actor = guard.signed_in().name
    outage_notes.close(room.ledger, note.id, version_seen(), ending, reason, actor, room.clock())
    note_down("close-outage-note", note.id)
    return done(note.id, f"/outage/notes/{note.id}")


def _typed(note: Note) -> Typed:
    return manual.read({**request.form, "birthdate": f"{note.facts.birthdate:%Y%m%d}"})


def _judged(typed: Typed) -> Findings:
    return manual.judge(typed, clinic_day(here().clock()))
