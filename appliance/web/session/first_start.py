"""The page that makes the first administrator of a box, with the set-up code that only who has the box in hand can read."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import first_start, password_rules, shown_code
from appliance.ledger.account_list import LONGEST_NAME
from appliance.ledger.accounts import Role
from appliance.web import errors, guard, passwords
from appliance.web.first.app import CODE_COOKIE
from appliance.web.room import here

_FIRST_PAGE = "/desk"


def install(blueprint: Blueprint) -> None:
    """Hang the page into `blueprint`."""
    blueprint.get("/start", endpoint="first_start")(form)
    blueprint.post("/start", endpoint="begin")(begin)


@guard.public
def form() -> Response:
    """The form, as long as there is no administrator."""
    if not first_start.is_needed(here().ledger):
        return make_response(redirect(url_for("session.form"), 303))
    return make_response(_page(None))


@guard.public
def begin() -> Response:
    """Make the first administrator, sign in, and go on to what is to be set up; or the form again with the reason."""
    room, now = here(), here().clock()
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    try:
        passwords.check_same(password, request.form.get("again", ""))
        with_second, code = guard.needs_second(Role.ADMINISTRATOR), request.form.get("code", "")[:64]
        token = first_start.begin(room.ledger, code, name, password, now, with_second=with_second)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    shown_code.hide(room.box)
    return guard.set_cookie(make_response(redirect(_FIRST_PAGE, 303)), token)


def _page(trouble: Trouble | None) -> str:
    return render_template(
        "session/start.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        name=request.form.get("name", ""),
        # Whoever made the box a moment ago at this browser has typed it already.
        code=request.cookies.get(CODE_COOKIE, "")[:64],
        longest_name=LONGEST_NAME,
        rules=password_rules.RULES,
    )
