"""Reception says how the patient of an unconfirmed check was received."""

from collections.abc import Mapping

from flask import Response, jsonify, request

from appliance.eligibility.after_outage import PERCENTS
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.trouble import Trouble
from appliance.ledger import assumptions, audit
from appliance.web import guard
from appliance.web.reception.views import blueprint
from appliance.web.room import here


@blueprint.post("/reception/checks/<check_id>/received")
@guard.allow(*guard.CLINIC)
def received(check_id: str) -> Response:
    """Note how the patient was received. Too late is no error of the person: the answer is there."""
    room = here()
    by, percent = _read(request.form)
    actor = guard.signed_in().name
    with room.ledger.together():
        if not assumptions.say(room.ledger, check_id, by, percent, actor, room.clock()):
            raise Trouble("INPUT-006")
        audit.write(room.ledger, actor, "say-received", check_id, room.clock(), detail=by)
    return jsonify({"id": check_id})


def _read(form: Mapping[str, str]) -> tuple[ClaimBy, int | None]:
    by, share = form.get("by", ""), form.get("percent", "")
    if by not in set(ClaimBy) or share not in ("", *map(str, PERCENTS)):
        raise Trouble("INPUT-001", "by, percent")
    if by == ClaimBy.NOT_YET:
        return ClaimBy.NOT_YET, assumptions.IN_FULL
    return ClaimBy(by), int(share) if share else None
