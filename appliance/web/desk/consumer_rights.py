"""What a consumer may ask of the box, set on its page."""

from flask import Response, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, consumer_terms
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.web import guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.consumer import back, named
from appliance.web.room import here


@blueprint.post("/desk/consumers/<name>/rights")
@guard.allow(*ADMINISTRATORS)
def change_rights(name: str) -> Response:
    """It may ask for what is ticked, and for nothing else."""
    room = here()
    if named(name).kind is ConsumerKind.FOLDER:
        raise Trouble("INPUT-005")
    terms = [term for term in Term if term.value in request.form.getlist("may")]
    now, by = room.clock(), guard.signed_in().name
    with room.ledger.together():
        consumer_terms.allow(room.ledger, name, terms)
        audit.write(room.ledger, by, "consumer-allowed", name, now, " ".join(terms))
    return back(name)
