"""Who may do what: sign-in cookie, roles, CSRF, and the headers of every answer.

A view is closed unless `allow` or `public` opens it.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, screens
from appliance.ledger.accounts import Account, Role
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.web import refusals
from appliance.web.room import here

COOKIE = "__Host-madoguchi"
SCREEN_COOKIE = "__Host-madoguchi-screen"
SCREEN_LASTS = timedelta(days=400)
"""As long as a browser keeps any cookie; each answer renews it."""

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
CLINIC = (Role.RECEPTION, Role.CLINICIAN, Role.ADMINISTRATOR)
"""Who works with patients. 保守 keeps the box running and sees nothing of them."""

STAFF = (*CLINIC, Role.MAINTENANCE)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_ALLOWED = "allowed_roles"
_PUBLIC = "is_public"
_MEDICAL = "is_medical"
_BEFORE_SECOND = "is_before_second"
_BEFORE_CHANGE = "is_before_change"
_WHILE_LOCKED = "is_while_locked"

View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: Role) -> Callable[[View], View]:
    """Open a view to accounts of these roles. Goes under the route decorator."""

    def opened(view: View) -> View:
        setattr(view, _ALLOWED, frozenset(roles))
        return view

    return opened


def medical(view: View) -> View:
    """Open a view to 有資格者 alone, once a sign-in has given its second factor."""
    setattr(view, _ALLOWED, frozenset({Role.CLINICIAN}))
    setattr(view, _MEDICAL, True)
    return view


def before_second(view: View) -> View:
    """Leave a view open to a sign-in whose role has still to give its second factor. Goes above `allow`."""
    setattr(view, _BEFORE_SECOND, True)
    return view


def before_change(view: View) -> View:
    """Leave a view open to a sign-in whose password was given by somebody else and is still to be changed."""
    setattr(view, _BEFORE_CHANGE, True)
    return view


def while_locked(view: View) -> View:
    """Leave a view open to a sign-in that is locked. Goes above `allow`."""
    setattr(view, _WHILE_LOCKED, True)
    return view


def needs_second(role: Role) -> bool:
    """Whether this clinic asks accounts of this role for a second factor at each sign-in."""
    return here().settings.asks_second(role)


def owes_second(found: Account) -> bool:
    """Whether this sign-in has still to give the second factor that its role gives."""
    return needs_second(found.role) and not found.is_proven


def owes_change(found: Account) -> bool:
    """Whether a person has still to change a password that somebody else gave. A touch display has no page for it."""
    return found.has_given_password and found.role in STAFF


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    setattr(view, _PUBLIC, True)
    return view


def install(app: Flask) -> None:
    """Guard every request of `app`."""
    refusals.install(app)
    app.before_request(_admit_or_note)
    app.after_request(_dress)
    app.context_processor(lambda: {"account": account(), "csrf_token": csrf_token()})


def account() -> Account | None:
    """Who is signed in on this request."""
    found: Account | None = g.get("account")
    return found


def signed_in() -> Account:
    """Who is signed in. Raises `Trouble` AUTH-002 when nobody is."""
    found = account()
    if found is None:
        raise Trouble("AUTH-002")
    return found


def is_open_to(role: Role, path: str, method: str = "GET") -> bool:
    """Whether accounts of this role may go to `path`, so that no page offers what would be refused. A path of the box's own."""
    endpoint, _ = current_app.url_map.bind("").match(path, method=method)
    return role in getattr(current_app.view_functions[endpoint], _ALLOWED, frozenset())


def csrf_token() -> str:
    """The token that every POST of this sign-in must carry; empty when nobody is signed in."""
    return _csrf_token_of(token()) if account() is not None else ""


def token() -> str:
    """What this browser has shown: its sign-in token, or that of a touch display; empty without either."""
    found: str = g.get("token", "")
    return found


def renewed(value: str) -> None:
    """The sign-in has another token from now on, which this answer gives the browser."""
    g.token = g.renewed = value


def is_welcome() -> Callable[[], bool]:
    """A question to ask later, outside of the request: is this sign-in still good, and of the role it had?"""
    room, found = here(), account()
    return partial(_is_good, token(), found.role if found else None, room.ledger, room.clock)


def set_cookie(response: Response, value: str) -> Response:
    """Put the sign-in token on `response`; empty takes it away."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(accounts.SIGN_IN_LASTS.total_seconds()) if value else 0,
        secure=True,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def set_screen_cookie(response: Response, value: str) -> Response:
    """Bind the browser, as the touch display that `value` is the token of."""
    response.set_cookie(
        SCREEN_COOKIE,
        value,
        max_age=int(SCREEN_LASTS.total_seconds()),
        secure=True,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def _is_good(value: str, role: Role | None, ledger: Ledger, clock: Clock) -> bool:
    found = accounts.account_of(ledger, value, clock())
    if found is None:
        return screens.label_of(ledger, value, clock()) is not None
    return found.role is role and not found.is_locked


def _csrf_token_of(value: str) -> str:
    return hmac.new(value.encode(), b"csrf", hashlib.sha256).hexdigest()


def _admit_or_note() -> None:
    try:
        _admit()
    except Trouble as trouble:
        refusals.note(trouble)
        raise


def _admit() -> None:
    room = here()
    g.account = _who(room.ledger, room.clock())
    if request.endpoint is None or request.endpoint.rpartition(".")[2] == "static":
        return
    view = current_app.view_functions[request.endpoint]
    changes_something = request.method not in SAFE_METHODS
    if changes_something and not comes_from_our_page():
        raise Trouble("AUTH-004")
    if getattr(view, _PUBLIC, False):
        return
    _check_right(view)
    if changes_something and not _has_csrf_token():
        raise Trouble("AUTH-004")


def _who(ledger: Ledger, now: datetime) -> Account | None:
    """A person who signed in at this browser goes before the touch display that it is bound as."""
    g.token = request.cookies.get(COOKIE, "")
    found = accounts.account_of(ledger, g.token, now) if g.token else None
    screen = request.cookies.get(SCREEN_COOKIE, "")
    label = screens.label_of(ledger, screen, now) if screen and found is None else None
    if label is not None:
        g.token = g.screen = screen
        found = Account(label, Role.PATIENT_SCREEN)
    return found


def _check_right(view: Callable[..., Any]) -> None:
    found, is_medical = signed_in(), getattr(view, _MEDICAL, False)
    if found.role not in getattr(view, _ALLOWED, frozenset()):
        raise Trouble("AUTH-008" if is_medical else "AUTH-003")
    if found.is_locked and not getattr(view, _WHILE_LOCKED, False):
        raise Trouble("AUTH-014")
    if is_medical and not found.is_proven:
        raise Trouble("AUTH-006")
    is_before_second = getattr(view, _BEFORE_SECOND, False)
    if owes_second(found) and not is_before_second:
        raise Trouble("AUTH-006")
    if owes_change(found) and not is_before_second and not getattr(view, _BEFORE_CHANGE, False):
        raise Trouble("AUTH-017")


def comes_from_our_page() -> bool:
    """Browsers say where a request comes from; one that says nothing is a program, and has no cookie to steal."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def _has_csrf_token() -> bool:
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    return hmac.compare_digest(given.encode(), _csrf_token_of(token()).encode())


def _dress(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint is None or request.endpoint.rpartition(".")[2] != "static":
        response.headers["Cache-Control"] = "no-store"
        if g.get("renewed"):
            set_cookie(response, g.renewed)
        if g.get("screen"):
            set_screen_cookie(response, g.screen)
    return response
