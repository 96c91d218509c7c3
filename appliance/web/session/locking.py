"""Pages that nobody has touched for a while are locked; the password brings back what was on them."""

import re

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit
from appliance.web import errors, guard
from appliance.web.room import here
from appliance.web.session import attempt

_OURS = re.compile(r"(?:/[\w.-]+)+")
"""A path of ours, never an address."""


def install(blueprint: Blueprint) -> None:
    """Hang the views into `blueprint`, and let the base template ask `lock_after()`."""
    blueprint.post("/lock", endpoint="lock")(lock)
    blueprint.get("/locked", endpoint="locked")(locked)
    blueprint.post("/unlock", endpoint="unlock")(unlock)
    blueprint.app_context_processor(lambda: {"lock_after": lambda: here().settings.lock_after_minutes})


@guard.before_second
@guard.while_locked
@guard.allow(*guard.STAFF)
def lock() -> Response:
    """Close this sign-in's pages until its password is given again. The second factor stays given."""
    room = here()
    if accounts.lock(room.ledger, guard.token(), room.clock()):
        audit.write(room.ledger, guard.signed_in().name, "lock", "", room.clock())
    if not errors.wants_page():
        return jsonify({"ok": True})
    return make_response(redirect(url_for("session.locked"), 303))


@guard.before_second
@guard.while_locked
@guard.allow(*guard.STAFF)
def locked() -> Response:
    """The page in the place of one that was asked for while locked."""
    return _page(None)


@guard.before_second
@guard.while_locked
@guard.allow(*guard.STAFF)
def unlock() -> Response:
    """`password`: go on. Raises `Trouble` AUTH-001, AUTH-005, AUTH-013; a person gets the page again with the reason."""
    room, name = here(), guard.signed_in().name
    try:
        attempt.check_again(name, request.form.get("password", ""))
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return _page(trouble)
    accounts.unlock(room.ledger, guard.token())
    audit.write(room.ledger, name, "unlock", "", room.clock())
    if not errors.wants_page():
        return jsonify({"ok": True})
    return make_response(redirect(_then(), 303))


def _then() -> str:
    wanted = request.values.get("then", "")
    return wanted if _OURS.fullmatch(wanted) else "/"


def _page(trouble: Trouble | None) -> Response:
    page = render_template("session/locked.html", entry=trouble.entry if trouble else None, then=_then())
    return make_response(page, errors.status_of(trouble) if trouble else 200)
