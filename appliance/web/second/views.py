"""Typing a one-time code, and setting up the device that shows them. What is secret is shown in one answer and never again."""

import threading
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup
from segno import make as qr_code

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.second_seal import SecondSeal
from appliance.web import errors, guard
from appliance.web.room import here
from appliance.web.session.views import is_ours

HOLDERS = (Role.CLINICIAN,)
_HOME = "/clinical"
_GROUP = 4
# The brake must have counted a failure before the next guess.
_ONE_AT_A_TIME = threading.Lock()

T = TypeVar("T")

blueprint = Blueprint(
    "second",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/second/static",
)


@blueprint.get("/second")
@guard.allow(*HOLDERS)
def form() -> Response:
    """The field for the code; or how to begin, for an account that has no second factor yet."""
    if guard.signed_in().is_proven:
        return _onwards()
    if not second_factor.is_set(here().ledger, guard.signed_in().name):
        return make_response(render_template("second/begin.html"))
    return _code_page()


@blueprint.post("/second")
@guard.allow(*HOLDERS)
def check() -> Response:
    """Complete the sign-in with a code, or show the field again with the reason."""
    try:
        _braked(lambda: second_factor.prove(*_mine(), _typed(), guard.token(), here().clock()))
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return _code_page(trouble)
    return _onwards()


@blueprint.get("/second/new")
@guard.allow(*HOLDERS)
def begin() -> str:
    """What it is and what is needed. Whoever has one already gives a code of it first."""
    _check_may_set_up()
    return render_template("second/begin.html")


@blueprint.post("/second/new")
@guard.allow(*HOLDERS)
def show() -> Response:
    """Make a secret and show it, as a QR code and as text."""
    _check_may_set_up()
    return _setting_up(second_factor.begin(*_mine()))


@blueprint.post("/second/confirm")
@guard.allow(*HOLDERS)
def confirm() -> Response:
    """Set it up with the first code, and show the recovery codes this once; or show the secret again with the reason."""
    _check_may_set_up()
    try:
        codes = _braked(lambda: second_factor.confirm(*_mine(), _typed(), guard.token(), here().clock()))
    except Trouble as trouble:
        secret = second_factor.pending(*_mine())
        if secret is None or not errors.wants_page():
            raise
        return _setting_up(secret, trouble)
    return make_response(render_template("second/recovery.html", codes=codes, then=_HOME))


def _check_may_set_up() -> None:
    """A password alone must not put another device in the place of the one that is known."""
    account = guard.signed_in()
    if second_factor.is_set(here().ledger, account.name) and not account.is_proven:
        raise Trouble("AUTH-006")


def _braked(step: Callable[[], T]) -> T:
    """Do a step that takes a typed code, counting failures by account, wherever they come from."""
    room = here()
    account, now = guard.signed_in().name, room.clock()
    key = (account, "second")
    with _ONE_AT_A_TIME:
        try:
            room.brake.check(key, now)
            done = step()
        except Trouble as trouble:
            room.brake.failed(key, now)
            audit.write(room.ledger, account, "second-factor-refused", account, now, trouble.code)
            raise
        room.brake.succeeded(key)
    return done


def _mine() -> tuple[Ledger, SecondSeal, str]:
    room = here()
    return room.ledger, SecondSeal.of(room.box), guard.signed_in().name


def _typed() -> str:
    return request.form.get("code", "")[:64]


def _then() -> str:
    then = request.values.get("then", "")
    return then if is_ours(then) else _HOME


def _onwards() -> Response:
    return make_response(redirect(_then(), 303))


def _code_page(trouble: Trouble | None = None) -> Response:
    page = render_template(
        "second/code.html",
        entry=trouble.entry if trouble else None,
        then=_then(),
        codes_left=second_factor.codes_left(here().ledger, guard.signed_in().name),
    )
    return make_response(page, errors.status_of(trouble) if trouble else 200)


def _setting_up(secret: str, trouble: Trouble | None = None) -> Response:
    clinic = here().settings.clinic_name or "madoguchi"
    uri = second_factor.address(secret, guard.signed_in().name, clinic)
    page = render_template(
        "second/set_up.html",
        # On white in the dark as well: not every camera reads it the other way round.
        picture=Markup(qr_code(uri, error="m").svg_inline(scale=5, dark="#000", light="#fff")),  # noqa: S704 - segno draws it
        secret=" ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)),
        entry=trouble.entry if trouble else None,
    )
    return make_response(page, errors.status_of(trouble) if trouble else 200)
