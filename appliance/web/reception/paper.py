"""Papers on the manual form: a picture comes in, what was read of it is shown, a person takes it over field by field."""

import time
from typing import cast

from flask import Response, current_app, jsonify, make_response, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import RequestEntityTooLarge

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.times import clinic_day
from appliance.paper_hatch import MOST_BYTES, have_read
from appliance.web import guard
from appliance.web.reception.paper_shelf import PictureShelf
from appliance.web.reception.paper_words import advice_of, rows_of
from appliance.web.reception.views import blueprint
from appliance.web.room import here

_EXTENSION = "madoguchi-papers"


@blueprint.record_once
def _put_up(state: BlueprintSetupState) -> None:
    state.app.extensions[_EXTENSION] = PictureShelf(time.monotonic)


@blueprint.post("/reception/paper")
@guard.allow(*guard.CLINIC)
def read_paper() -> Response:
    """Read the picture in the body of this request, for the form `for`. Raises `Trouble` PAPER-001 to PAPER-004, BOX-003."""
    room = here()
    now = room.clock()
    actor = guard.signed_in().name
    is_for_certificate = request.args.get("for") == "certificate"
    reading = have_read(room.box.paper_socket, _body())
    audit.write(room.ledger, actor, "read-paper", "", now, detail=reading.document)
    html = render_template(
        "reception/paper.html",
        reading=reading,
        rows=rows_of(reading, clinic_day(now), is_for_certificate=is_for_certificate),
        advice="" if is_for_certificate else advice_of(reading),
        token=_shelf().put(actor, reading.picture),
    )
    return jsonify({"html": html})


@blueprint.get("/reception/paper/<token>")
@guard.allow(*guard.CLINIC)
def picture(token: str) -> Response:
    """The straightened picture, for whoever brought it and only for minutes."""
    found = _shelf().get(guard.signed_in().name, token)
    if found is None:
        raise Trouble("INPUT-005")
    return Response(found, mimetype="image/jpeg")


@blueprint.post("/reception/paper/<token>/discard")
@guard.allow(*guard.CLINIC)
def discard(token: str) -> Response:
    """Forget the picture."""
    _shelf().discard(guard.signed_in().name, token)
    return make_response(jsonify({}))


def _shelf() -> PictureShelf:
    return cast(PictureShelf, current_app.extensions[_EXTENSION])


def _body() -> bytes:
    # The body itself is the picture: a form's file would be laid down on disk on its way in.
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise Trouble("PAPER-001", said("{size}MBまでです", size=MOST_BYTES // 1024 // 1024)) from error
