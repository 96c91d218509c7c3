"""What a consumer asks of the box: the requests of MQTT, each once by the consumer's own id. What comes of them is fetched."""

from functools import partial
from typing import Any

from flask import Response, jsonify, make_response, request, url_for

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.consumer_requests import Operation
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.ledger import consumer_answers, consumer_standing
from appliance.ledger.request_desk import RequestDesk
from appliance.rulebook import rulebook_of
from appliance.web import errors
from appliance.web.api import answers, door
from appliance.web.api.area import blueprint
from appliance.web.room import here


@blueprint.post("/requests")
@door.consumers
def ask() -> Response:
    """201 for what is taken now, 200 for what was taken before or only reads, an error for what is refused."""
    said = _desk().answered(door.consumer(), request.get_data(), here().clock())
    if said["trouble"] is not None:
        return _refused(said)
    is_kept = Operation(said["operation"]).is_kept
    response = make_response(jsonify(said), 201 if is_kept and not said["repeated"] else 200)
    if is_kept:
        response.headers["Location"] = url_for("api.one_request", request_id=said["request_id"])
    return response


@blueprint.get("/requests/<request_id>")
@door.consumers
def one_request(request_id: str) -> Response:
    """How one of its requests stands; REQUEST-006 when it made none under that id."""
    values = {"operation": Operation.STAND.value, "request_id": request_id}
    said = _desk().answered_to(door.consumer(), values, here().clock())
    if said["trouble"] is not None:
        return _refused(said)
    return answers.tagged(jsonify(said).get_data())


@blueprint.get("/dead-letters")
@door.consumers
def dead_letters() -> Response:
    """What of its results and checks was given up."""
    found = consumer_standing.dead_letters_of(here().ledger, door.consumer())
    said = {"dead_letters": [consumer_answers.letter_as_json(one) for one in found]}
    return answers.tagged(jsonify(said).get_data())


def _desk() -> RequestDesk:
    room = here()
    insurers = partial(laws, rulebook_of(room.box), LawSide.INSURER)
    return RequestDesk(room.settings, room.ledger, insurers)


def _refused(said: dict[str, Any]) -> Response:
    """The answer's trouble in the shape of all errors, with the member that is no good."""
    trouble = said["trouble"]
    entry = CATALOGUE[trouble["code"]]
    body = errors.body_of(entry, trouble["detail"])
    body["error"]["member"] = trouble.get("member")
    return make_response(jsonify(body), errors.status_of_code(entry.code))
