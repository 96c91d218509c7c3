"""Browsers in which an account has signed in before: each has a budget of its own for wrong passwords.

The cookie is no sign-in and opens nothing. It says, signed by the box, that this account was signed in here once.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import Response, request

from appliance.ledger.second_seal import SecondSeal
from appliance.web.room import here

PREFIX = "__Host-madoguchi-device-"
_LASTS = timedelta(days=400)
_MOST = 32
"""Accounts that one browser is known for: with twice as many the server takes no request of it any more, so long is the line."""


def of(account: str) -> str | None:
    """The name of this browser for `account`; None for a stranger, and while the box cannot read its key."""
    name, _, signature = request.cookies.get(cookie_of(account), "").partition(".")
    if not name:
        return None
    try:
        expected = _signature(account, name)
    except OSError:
        return None  # who gives no second factor must get in all the same
    return name if hmac.compare_digest(signature.encode(), expected.encode()) else None


def remember(response: Response, account: str) -> Response:
    """Put the cookie on `response`, after a sign-in that is complete. A browser that is known keeps its name.

    None while the box cannot read its key: then the browser stays a stranger.
    """
    name = of(account) or secrets.token_urlsafe(16)
    try:
        signature = _signature(account, name)
    except OSError:
        return response
    response.set_cookie(
        cookie_of(account),
        f"{name}.{signature}",
        max_age=int(_LASTS.total_seconds()),
        secure=True,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    # A browser says the oldest first.
    others = [one for one in request.cookies if one.startswith(PREFIX) and one != cookie_of(account)]
    for one in others[: max(0, len(others) + 1 - _MOST)]:
        response.delete_cookie(one, secure=True, httponly=True, samesite="Strict", path="/")
    return response


def cookie_of(account: str) -> str:
    """The name of the cookie for `account`, which does not tell it."""
    return PREFIX + hashlib.sha256(account.encode()).hexdigest()[:16]


def _signature(account: str, name: str) -> str:
    return SecondSeal.of(here().box).signature(f"device\0{account}\0{name}")
