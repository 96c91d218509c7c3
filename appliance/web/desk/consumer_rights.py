"""What a consumer may ask of the box, set on the page of the consumers."""

from flask import Response, make_response, redirect, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, consumer_terms, consumers
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.web import guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.room import here

TERM_LABELS = {
    Term.CHECK: "保険の書類の番号で照会する",
    Term.REGISTER: "照会番号をセンターに登録する",
    Term.RESEND: "受け取りそこねた結果をもう一度受け取る",
    Term.REPLAY: "過去の結果をさかのぼって受け取る",
}


@blueprint.post("/desk/consumers/<name>/rights")
@guard.allow(*KEEPERS)
def change_rights(name: str) -> Response:
    """It may ask for what is ticked, and for nothing else."""
    room = here()
    found = consumers.find(room.ledger, name)
    if found is None or found.kind is ConsumerKind.FOLDER:
        raise Trouble("INPUT-005")
    terms = [term for term in Term if term.value in request.form.getlist("may")]
    now, by = room.clock(), guard.signed_in().name
    with room.ledger.together():
        consumer_terms.allow(room.ledger, name, terms)
        audit.write(room.ledger, by, "consumer-allowed", name, now, " ".join(terms))
    return make_response(redirect(url_for("desk.consumer_page"), 303))
