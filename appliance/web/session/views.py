"""Sign-in, sign-out, health."""

import re
import threading

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, checks, first_start
from appliance.ledger.accounts import Role
from appliance.web import errors, guard
from appliance.web.room import here

blueprint = Blueprint("session", __name__, template_folder="templates")
_OURS = re.compile(r"/(?:(?:patient|reception|desk|bulk|disaster|outage|clinical)(?:/[\w-]+)*)?")
_HOME = {Role.PATIENT_SCREEN: "/patient", Role.CLINICIAN: "/clinical"}
# One password at a time: argon2 takes 64 MiB for each, and the brake must have counted a failure before the next guess.
_ONE_AT_A_TIME = threading.Lock()


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
    key = (name, request.remote_addr or "")
    try:
        password = request.form.get("password", "")
        with _ONE_AT_A_TIME:
            value = _checked_sign_in(name, password, key)
        # Whoever signs in where somebody was signed in leaves no second way in behind.
        accounts.sign_out(here().ledger, guard.token())
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_form(trouble), errors.status_of(trouble))
    return guard.set_cookie(make_response(redirect(_way_in(value), 303)), value)


@blueprint.post("/sign-out")
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


def _checked_sign_in(name: str, password: str, key: tuple[str, str]) -> str:
    room = here()
    now = room.clock()
    # A typed name can be a password in the wrong field, so only names of real accounts are written down.
    actor = name if accounts.is_known(room.ledger, name) else "-"
    try:
        room.brake.check(key, now)
        value = accounts.sign_in(room.ledger, name, password, now)
    except Trouble as trouble:
        room.brake.failed(key, now)
        audit.write(room.ledger, actor, "sign-in-refused", "", now, trouble.code)
        raise
    room.brake.succeeded(key)
    audit.write(room.ledger, name, "sign-in", "", now)
    return value


def is_ours(then: str) -> bool:
    """Whether a page may send the browser there: a path of ours, never an address."""
    return _OURS.fullmatch(then) is not None


def _way_in(value: str) -> str:
    room = here()
    account = accounts.account_of(room.ledger, value, room.clock())
    then = request.form.get("then", "")
    if then != "/" and is_ours(then):
        return then
    return _HOME.get(account.role, "/") if account else "/"
