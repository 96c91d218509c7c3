"""The page of the touch displays: which devices are bound as one, and the code that binds another."""

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import screens
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, KEEPERS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here


@blueprint.get("/desk/screens")
@guard.allow(*KEEPERS)
def screens_page() -> str:
    """Every display, and the form for another."""
    return _page(None)


@blueprint.post("/desk/screens")
@guard.allow(*ADMINISTRATORS)
def prepare_screen() -> Response:
    """`label`: a code for one more, which is shown in this answer alone."""
    room, by = here(), guard.signed_in().name
    try:
        code = screens.prepare(room.ledger, request.form.get("label", ""), by, room.clock())
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    return make_response(_page(None, code))


@blueprint.post("/desk/screens/remove")
@guard.allow(*ADMINISTRATORS)
def remove_screen() -> Response:
    """`screen`: its device shows nothing any more. Raises `Trouble` INPUT-005 when there is none."""
    room = here()
    screens.remove(room.ledger, request.form.get("screen", ""), guard.signed_in().name, room.clock())
    return make_response(redirect(url_for("desk.screens_page"), 303))


def _page(trouble: Trouble | None, code: str = "") -> str:
    return render_template(
        "desk/screens.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        screens=screens.all_screens(here().ledger),
        code=code,
        may_change=guard.signed_in().role in ADMINISTRATORS,
        code_minutes=int(screens.CODE_LASTS.total_seconds() // 60),
        longest=screens.LONGEST_LABEL,
        moment=moment,
    )
