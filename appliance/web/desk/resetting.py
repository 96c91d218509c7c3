"""The page on which a box is told to forget all: what goes, a backup first, and who it is that asks."""

from flask import Response, make_response, render_template, request

from appliance import reset_wish
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, backups
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here
from appliance.web.session import attempt


@blueprint.get("/desk/reset")
@guard.allow(*ADMINISTRATORS)
def reset_page() -> str:
    """What goes and what stays, the last backup, the form."""
    return _page(None)


@blueprint.post("/desk/reset")
@guard.allow(*ADMINISTRATORS)
def reset_box() -> Response:
    """`name` of the clinic and one's own `password`: from here on root's unit does it, within seconds."""
    room, by = here(), guard.signed_in().name
    try:
        _check(by)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    audit.write(room.ledger, by, "reset-wanted", "", room.clock())
    reset_wish.ask(room.box)
    return make_response(render_template("desk/reset_begun.html"))


def _check(by: str) -> None:
    if not reset_wish.is_obeyed():
        raise Trouble("INPUT-005")
    if request.form.get("name", "").strip() != _name():
        raise Trouble("RESET-002")
    attempt.check_again(by, request.form.get("password", ""), "reset-refused")


def _name() -> str:
    """What has to be typed: a box without a name has its code."""
    settings = here().settings
    return settings.clinic_name or settings.institution_code


def _page(trouble: Trouble | None) -> str:
    room = here()
    return render_template(
        "desk/reset.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        is_obeyed=reset_wish.is_obeyed(),
        name=_name(),
        last=backups.latest(room.ledger),
        moment=moment,
    )
