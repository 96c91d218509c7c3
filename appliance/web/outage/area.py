"""The blueprint of outage notes, who may use it, and what its views share."""

from flask import Blueprint, Response, jsonify, make_response, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, outage_notes
from appliance.ledger.accounts import Role
from appliance.ledger.outage_notes import Note
from appliance.web import errors, guard
from appliance.web.reception.manual import Findings, warnings_shown
from appliance.web.room import here

WRITERS = (Role.RECEPTION, Role.CLINICIAN, Role.ADMINISTRATOR)
"""Who may read and write notes. Maintenance has no need of names and addresses."""

blueprint = Blueprint(
    "outage",
    __name__,
    url_prefix="/outage",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


def note_of(note_id: str) -> Note:
    """The note with this id. Raises `Trouble` INPUT-005."""
    found = outage_notes.find(here().ledger, note_id)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def version_seen() -> int:
    """The version of the note that was on the screen. Raises `Trouble` OUTAGE-001 when the page does not say."""
    version = request.form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Trouble("OUTAGE-001")
    return int(version)


def note_down(action: str, subject: str) -> None:
    """One row of the audit trail, by whoever is signed in."""
    room = here()
    audit.write(room.ledger, guard.signed_in().name, action, subject, room.clock())


def done(note_id: str, next_page: str) -> Response:
    """What the page hears after something was done: where to go."""
    return jsonify({"id": note_id, "next": next_page})


def refused(findings: Findings) -> Response | None:
    """422 with the findings when there is an error, or a warning that was not on the screen yet; else None."""
    if not findings.errors and set(findings.all_warnings) <= warnings_shown(request.form):
        return None
    return make_response(jsonify(body_of(findings) | errors.error_body(Trouble("INPUT-001"))), 422)


def body_of(findings: Findings) -> dict[str, object]:
    """Findings as the page takes them."""
    return {"errors": findings.errors, "warnings": findings.warnings, "echo": findings.echo}
