"""Binding a touch display: the code from the desk is typed at the device itself, once."""

from flask import Blueprint, Response, make_response, redirect, render_template, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, screens
from appliance.ledger.accounts import Role
from appliance.web import errors, guard
from appliance.web.room import here


def install(blueprint: Blueprint) -> None:
    """Hang the page into `blueprint`."""
    blueprint.get("/screen", endpoint="screen")(form)
    blueprint.post("/screen", endpoint="pair")(pair)


@guard.public
def form() -> Response:
    """The field for the code."""
    return _page(None)


@guard.public
def pair() -> Response:
    """`code`: bind this device and show the readers to choose from; or the field again with the reason.

    Whoever was signed in at it is signed out: patients stand before it from now on, and a page that was opened as the person
    would take no touch any more once the sign-in is over.
    """
    room = here()
    try:
        token = screens.pair(room.ledger, request.form.get("code", "")[:64], room.clock())
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return _page(trouble)
    person = guard.account()
    if person is not None and person.role is not Role.PATIENT_SCREEN:
        accounts.sign_out(room.ledger, guard.token())
        audit.write(room.ledger, person.name, "sign-out", "", room.clock())
    response = guard.set_cookie(make_response(redirect("/patient", 303)), "")
    return guard.set_screen_cookie(response, token)


def _page(trouble: Trouble | None) -> Response:
    page = render_template("session/screen.html", entry=trouble.entry if trouble else None)
    return make_response(page, errors.status_of(trouble) if trouble else 200)
