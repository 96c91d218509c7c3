"""The support bundle: what is in it, before it is made, and the file itself."""

from flask import Response, make_response, render_template

from appliance.ledger.support import bundle
from appliance.machine import looking
from appliance.machine.texts import texts
from appliance.web import guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.room import here


@blueprint.get("/desk/support")
@guard.allow(*KEEPERS)
def support_page() -> str:
    """What a bundle has and has not, and the button."""
    return render_template("desk/support.html", parts=bundle.PARTS)


@blueprint.post("/desk/support")
@guard.allow(*KEEPERS)
def make_support() -> Response:
    """A bundle as the box is now."""
    room = here()
    now = room.clock()
    bundle.begin(room.ledger, guard.signed_in().name, now)
    made = bundle.make(room.box, room.ledger, texts(looking.ask(room.box.root)), now)
    response = make_response(made.content)
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
