"""The blueprint of the second factor, and what its pages have in common."""

import threading
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.second_seal import SecondSeal
from appliance.web import errors, guard, known_device
from appliance.web.brake import Budget
from appliance.web.room import here
from appliance.web.session.views import is_ours

_HOME = {Role.CLINICIAN: "/clinical"}
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


def check_role() -> None:
    """Raises `Trouble` AUTH-003 for an account whose role gives no second factor at this clinic."""
    if not guard.needs_second(guard.signed_in().role):
        raise Trouble("AUTH-003")


def check_may_set_up() -> None:
    """Raises `Trouble` AUTH-006 where a password alone would set up a device.

    Whoever has one gives a code of it first; for the first one, the code that an administrator hands over.
    """
    check_role()
    account = guard.signed_in()
    if not account.is_proven and (second_factor.is_set(here().ledger, account.name) or not account.may_enrol):
        raise Trouble("AUTH-006")


def braked(step: Callable[[], T]) -> T:
    """Do a step that takes what was typed. Strangers share a budget by account, wherever they come from.

    Whoever has the password and no more must not use up that of the browser which its owner signs in with.
    """
    room = here()
    account, now = guard.signed_in().name, room.clock()
    device = known_device.of(account)
    budget = Budget((account, f"second {device or ''}"))

    def note(code: str) -> None:
        audit.write(room.ledger, account, "second-factor-refused", account, now, code)

    with _ONE_AT_A_TIME:
        return room.brake.spend((budget,), now, step, note)


def proving(step: Callable[[], T]) -> T:
    """Do a step that gives the second factor: whoever knew the sign-in's token before knows it no more.

    A sign-in that had given it keeps its token, which other pages of the browser have in their forms.
    """
    if guard.signed_in().is_proven:
        return step()
    with here().ledger.together():
        done = step()
        fresh = accounts.renew(here().ledger, guard.token())
    guard.renewed(fresh)
    return done


def mine() -> tuple[Ledger, SecondSeal, str]:
    """Ledger, seal and account of this request, as `second_factor` wants them."""
    room = here()
    return room.ledger, SecondSeal.of(room.box), guard.signed_in().name


def typed() -> str:
    """The code that was typed."""
    return request.form.get("code", "")[:64]


def then() -> str:
    """Where it goes on afterwards: a page of ours, always."""
    wanted = request.values.get("then", "")
    return wanted if is_ours(wanted) else _HOME.get(guard.signed_in().role, "/")


def onwards() -> Response:
    """Off to where the person wanted to go."""
    return known(make_response(redirect(then(), 303)))


def known(response: Response) -> Response:
    """The answer to a sign-in that is complete now: the browser is one that its owner signs in with."""
    return known_device.remember(response, guard.signed_in().name)


def page(template: str, trouble: Trouble | None = None, **values: object) -> Response:
    """A page of this area, with the reason why what was typed would not do."""
    entry = trouble.entry if trouble else None
    detail = trouble.detail if trouble else ""
    text = render_template(f"second/{template}", entry=entry, detail=detail, then=then(), **values)
    return make_response(text, errors.status_of(trouble) if trouble else 200)


def given_up(trouble: Trouble, show: Callable[[Trouble], Response]) -> Response:
    """The page again for a person; for a script the error itself."""
    if not errors.wants_page():
        raise trouble
    return show(trouble)
