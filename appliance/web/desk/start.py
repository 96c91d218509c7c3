"""The desk's first page: the set-up as a checklist that knows what is done, and all pages of the desk."""

from flask import Response, make_response, redirect, render_template, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import ticks
from appliance.ledger.trail import looks, reviews
from appliance.web import guard
from appliance.web.desk.area import KEEPERS, PAGES, blueprint
from appliance.web.desk.checklist import TICKABLE, checklist
from appliance.web.desk.health import tile
from appliance.web.notices import all_standings
from appliance.web.room import here


@blueprint.get("/desk")
@guard.allow(*KEEPERS)
def start() -> str:
    """What is done, what is next, and where."""
    room = here()
    role = guard.signed_in().role
    look = looks.last(room.ledger).looked
    return render_template(
        "desk/start.html",
        # As the file says it: a step is not undone because a service has still to be started anew.
        checklist=checklist(room.ledger, room.box.load(), all_standings()),
        health=tile(),
        is_trail_unsound=look is not None and not look.is_sound,
        unreviewed=reviews.overdue(room.ledger, room.clock()),
        may_open={page.path for page in PAGES if role in page.roles}
        | ({"/", "/printing"} if role in guard.CLINIC else set()),
    )


@blueprint.post("/desk/steps/<step>")
@guard.allow(*KEEPERS)
def tick_step(step: str) -> Response:
    """Tick off what the box cannot see."""
    room = here()
    ticks.put(room.ledger, _tickable(step), guard.signed_in().name, room.clock())
    return make_response(redirect(url_for("desk.start"), 303))


@blueprint.post("/desk/steps/<step>/undo")
@guard.allow(*KEEPERS)
def untick_step(step: str) -> Response:
    """It is not done after all."""
    room = here()
    ticks.take_back(room.ledger, _tickable(step), guard.signed_in().name, room.clock())
    return make_response(redirect(url_for("desk.start"), 303))


def _tickable(step: str) -> str:
    if step not in TICKABLE:
        raise Trouble("INPUT-005")
    return step
