"""Giving the second factor at a sign-in, and the list of what one has set up."""

from collections.abc import Callable

from flask import Response, make_response, redirect, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import enrolment, passkeys, second_factor
from appliance.web import guard
from appliance.web.desk.reader_words import moment
from appliance.web.room import here
from appliance.web.second.area import (
    blueprint,
    braked,
    check_role,
    given_up,
    mine,
    onwards,
    page,
    proving,
    typed,
)
from appliance.web.second.offered import code_page, standing


@blueprint.get("/second")
@guard.before_second
@guard.allow(*guard.STAFF)
def form() -> Response:
    """How to give it; or how to begin, for an account that has no second factor yet."""
    check_role()
    account = guard.signed_in()
    if account.is_proven:
        return onwards()
    if second_factor.is_set(here().ledger, account.name):
        return code_page()
    return page("begin.html", passkey=standing()) if account.may_enrol else page("enrol.html")


@blueprint.post("/second")
@guard.before_second
@guard.allow(*guard.STAFF)
def check() -> Response:
    """Complete the sign-in with a code, or show the field again with the reason."""
    check_role()
    try:
        braked(lambda: proving(_prove))
    except Trouble as trouble:
        return given_up(trouble, code_page)
    return onwards()


def _prove() -> None:
    second_factor.prove(*mine(), typed(), guard.token(), here().clock())


@blueprint.post("/second/enrol")
@guard.before_second
@guard.allow(*guard.STAFF)
def enrol() -> Response:
    """Take the code that an administrator has handed over; without it a password alone would set up a device."""
    check_role()
    ledger, _, name = mine()
    try:
        braked(lambda: enrolment.give(ledger, name, typed(), guard.token(), here().clock()))
    except Trouble as trouble:
        return given_up(trouble, lambda why: page("enrol.html", why))
    return make_response(redirect(url_for(".form", then=request.values.get("then", "")), 303))


@blueprint.get("/second/ways")
@guard.allow(*guard.STAFF)
def ways() -> Response:
    """What this account has set up, and how to add and remove."""
    return _ways()


@blueprint.post("/second/ways/app/remove")
@guard.allow(*guard.STAFF)
def remove_app() -> Response:
    """Do without the authenticator."""
    ledger, _, name = mine()
    return _removed(lambda: second_factor.remove_app(ledger, name, here().clock()))


@blueprint.post("/second/ways/passkey/remove")
@guard.allow(*guard.STAFF)
def remove_passkey() -> Response:
    """`key`: forget this one."""
    ledger, _, name = mine()
    key = request.form.get("key", "")
    return _removed(lambda: second_factor.remove_passkey(ledger, name, key, here().clock()))


def _removed(act: Callable[[], None]) -> Response:
    check_role()
    try:
        act()
    except Trouble as trouble:
        return given_up(trouble, _ways)
    return make_response(redirect(url_for(".ways"), 303))


def _ways(trouble: Trouble | None = None) -> Response:
    check_role()
    ledger, _, name = mine()
    return page(
        "ways.html",
        trouble,
        has_app=second_factor.has_app(ledger, name),
        keys=passkeys.of(ledger, name),
        codes_left=second_factor.codes_left(ledger, name),
        passkey=standing(),
        moment=moment,
    )
