"""Lists of people: handed in, and how their runs stand. What comes of them is fetched like any result."""

from datetime import datetime, timedelta

from flask import Response, make_response, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from appliance.eligibility.list_text import MOST_BYTES
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import bulk_payloads, bulk_runs, bulk_steps
from appliance.ledger.bulk_runs import Run
from appliance.ledger.list_desk import ListDesk, Taken
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import errors
from appliance.web.api import answers, door
from appliance.web.api.area import blueprint
from appliance.web.api.desk import desk
from appliance.web.room import here

_REMEMBERED = timedelta(days=1)


@blueprint.post("/bulk-runs")
@door.consumers
def hand_in() -> Response:
    """A list, as over MQTT. 201 for a new run, 200 for the one that the same request has made before."""
    room, now = here(), here().clock()
    values = bulk_payloads.opened(_body(now))
    insurers = laws(rulebook_of(room.box), LawSide.INSURER, clinic_day(now))
    taken = ListDesk(room.settings, room.ledger).take(door.consumer(), values, insurers, now)
    if taken.trouble is not None or taken.run is None:
        return _refused(taken)
    body = bulk_payloads.answer(
        taken.request_id, taken.run, repeated=taken.repeated, starts_at=taken.starts_at
    )
    response = Response(body, 200 if taken.repeated else 201, mimetype="application/json")
    response.headers["Location"] = url_for("api.one_run", run_id=taken.run.id)
    return response


def _body(now: datetime) -> bytes:
    """Raises `Trouble` BULK-012 for too many lists in a minute, BULK-004 for too large a one."""
    try:
        desk().list_pace.take(door.consumer(), now)
    except Trouble as trouble:
        raise Trouble("BULK-012") from trouble
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data()
    except RequestEntityTooLarge as error:
        raise Trouble("BULK-004", said("{size}MBまでです", size=MOST_BYTES // 1024 // 1024)) from error


def _refused(taken: Taken) -> Response:
    trouble = taken.trouble or Trouble("BULK-005")
    body = errors.error_body(trouble)
    body["error"]["problems"] = bulk_payloads.problems_as_json(taken.problems)
    return make_response(body, errors.status_of(trouble))


@blueprint.get("/bulk-runs")
@door.consumers
def all_runs() -> Response:
    """Its runs that are not over, or ended within a day."""
    room = here()
    found = bulk_runs.of_consumers(room.ledger, room.clock() - _REMEMBERED)
    own = [_progress(one) for one in found if one.consumer == door.consumer()]
    return answers.tagged(answers.listed("runs", own))


@blueprint.get("/bulk-runs/<run_id>")
@door.consumers
def one_run(run_id: str) -> Response:
    """How one of its runs stands. Raises `Trouble` INPUT-005 for another's or an unknown one."""
    run = bulk_runs.find(here().ledger, run_id)
    if run is None or run.consumer != door.consumer():
        raise Trouble("INPUT-005")
    return answers.tagged(_progress(run))


def _progress(run: Run) -> bytes:
    room = here()
    return bulk_payloads.progress(run, bulk_steps.urgencies(room.ledger, run.id), room.clock())
