"""Who may call: bearer tokens, never cookies. A view is closed unless one of these decorators opens it."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from flask import Response, current_app, g, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import api_tokens
from appliance.ledger.api_tokens import Token
from appliance.web import guard
from appliance.web.api.area import blueprint
from appliance.web.api.desk import desk
from appliance.web.room import here

_OPENS = "api_opens"
_TAKES = "api_takes"
View = TypeVar("View", bound=Callable[..., Any])


class _Opens(StrEnum):
    EVERYBODY = "everybody"
    CONSUMERS = "consumers"
    METRICS = "metrics"


def everybody(view: View) -> View:
    """Open a view to everybody: for what stands in the contract anyway."""
    return _opened(view, _Opens.EVERYBODY)


def consumers(view: View) -> View:
    """Open a view to a consumer's token, for what is that consumer's."""
    return _opened(view, _Opens.CONSUMERS)


def metrics(view: View) -> View:
    """Open a view to a token for the figures, which opens nothing else."""
    return _opened(view, _Opens.METRICS)


def takes(*names: str) -> Callable[[View], View]:
    """The parameters that a view knows; without it none. Goes under the decorators that open it."""

    def named(view: View) -> View:
        setattr(view, _TAKES, frozenset(names))
        return view

    return named


def token() -> Token:
    """The token of this request."""
    found: Token = g.api_token
    return found


def consumer() -> str:
    """Whose token it is. Only in views that are open to consumers."""
    return token().consumer or ""


def is_welcome() -> Callable[[], bool]:
    """A question to ask later, outside of the request: is this token still good?"""
    return partial(api_tokens.is_good, here().ledger, token())


def _opened(view: View, who: _Opens) -> View:
    setattr(view, _OPENS, who)
    # For the guard of the pages it is nobody's page: this door stands in its place.
    return guard.public(view)


@blueprint.before_request
def _admit() -> None:
    view = current_app.view_functions[request.endpoint or ""]
    opens = getattr(view, _OPENS, None)
    if opens is not _Opens.EVERYBODY:
        _known_token(opens)
    if request.args.keys() - getattr(view, _TAKES, frozenset()):
        raise Trouble("CALL-005", "知らないパラメーターがあります")


def _known_token(opens: _Opens | None) -> None:
    room, now = here(), here().clock()
    found = api_tokens.find(room.ledger, _bearer())
    if found is None:
        raise Trouble("CALL-001")
    if opens is not (_Opens.METRICS if found.consumer is None else _Opens.CONSUMERS):
        raise Trouble("CALL-002")
    g.api_token = found
    desk().pace.take(found.id, now)
    if found.consumer is not None and request.method == "GET":
        desk().reads.note(room.ledger, found.consumer, f"{request.endpoint}".rpartition(".")[2], now)


def _bearer() -> str:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


@blueprint.after_request
def _explain(response: Response) -> Response:
    """What HTTP itself wants to be said beside the error."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="madoguchi"'
    if response.status_code == 429:
        response.headers["Retry-After"] = str(desk().pace.seconds_left(g.api_token.id, here().clock()))
    return response
