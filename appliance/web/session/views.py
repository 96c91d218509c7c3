"""Sign-in, sign-out, health."""

import re

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, checks, first_start
from appliance.ledger.accounts import Account, Role
from appliance.web import errors, guard, known_device
from appliance.web.room import here
from appliance.web.session import attempt

blueprint = Blueprint("session", __name__, template_folder="templates")
_OURS = re.compile(r"/(?:(?:patient|reception|desk|bulk|disaster|outage|clinical|emergency)(?:/[\w-]+)*)?")
_HOME = {Role.PATIENT_SCREEN: "/patient", Role.CLINICIAN: "/clinical", Role.MAINTENANCE: "/desk"}


@blueprint.get("/sign-in")
@guard.public
def form() -> Response:
    """The sign-in form; on a box that has no account yet, the way to its first one."""
    if not accounts.is_any(here().ledger):
        return make_response(redirect(url_for("session.first_start"), 303))
    return make_response(_form(None))


@blueprint.post("/sign-in")
@guard.public
def sign_in() -> Response:
    """Sign in and go where the account belongs, or show the form again with the reason."""
    name = request.form.get("name", "")
    try:
        value = attempt.sign_in(name, request.form.get("password", ""))
        # Whoever signs in where somebody was signed in leaves no second way in behind.
        accounts.sign_out(here().ledger, guard.token())
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_form(trouble), errors.status_of(trouble))
    account = accounts.account_of(here().ledger, value, here().clock())
    response = guard.set_cookie(make_response(redirect(_way_in(account), 303)), value)
    if account is not None and not guard.owes_second(account):
        known_device.remember(response, name)
    return response


@blueprint.post("/sign-out")
@guard.before_second
@guard.while_locked
@guard.allow(*Role)
def sign_out() -> Response:
    """Sign out and show the form again."""
    room = here()
    accounts.sign_out(room.ledger, guard.token())
    audit.write(room.ledger, guard.signed_in().name, "sign-out", "", room.clock())
    return guard.set_cookie(make_response(redirect(url_for("session.form"), 303)), "")


@blueprint.get("/health")
@guard.public
def health() -> Response:
    """200 when the web room can read the ledger."""
    checks.latest_revision(here().ledger)
    return jsonify({"ok": True})


def _form(trouble: Trouble | None) -> str:
    return render_template(
        "session/sign_in.html",
        entry=trouble.entry if trouble else None,
        name=request.form.get("name", ""),
        then=request.values.get("then", ""),
        is_first=first_start.is_needed(here().ledger),
    )


def is_ours(then: str) -> bool:
    """Whether a page may send the browser there: a path of ours, never an address."""
    return _OURS.fullmatch(then) is not None


def _way_in(account: Account | None) -> str:
    then = request.form.get("then", "")
    if then != "/" and is_ours(then):
        return then
    return _HOME.get(account.role, "/") if account else "/"
