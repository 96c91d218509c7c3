"""対応中: what each open page says it has before it, and how people call the desk of this browser."""

from urllib.parse import quote

from flask import Response, make_response, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import attending, checks
from appliance.web import guard
from appliance.web.reception.desk_name import COOKIE, clean_name, desk_name
from appliance.web.reception.views import blueprint
from appliance.web.room import here

_YEAR = 365 * 24 * 3600


@blueprint.post("/reception/checks/<check_id>/attend")
@guard.allow(*guard.CLINIC)
def attend(check_id: str) -> Response:
    """The page `page` has this check before it; to be said anew before the lease ends."""
    room = here()
    if checks.find(room.ledger, check_id) is None:
        raise Trouble("INPUT-005")
    attending.attend(room.ledger, request.form.get("page", ""), check_id, desk_name(), room.clock())
    return Response(status=204)


@blueprint.post("/reception/leave")
@guard.allow(*guard.CLINIC)
def leave() -> Response:
    """The page `page` has nothing before it any more."""
    attending.leave(here().ledger, request.form.get("page", ""))
    return Response(status=204)


@blueprint.post("/reception/desk")
@guard.allow(*guard.CLINIC)
def name_desk() -> Response:
    """Give this browser's desk a name, or take it away with an empty one. Raises `Trouble` INPUT-001."""
    text = request.form.get("name", "")
    name = clean_name(text)
    if text.strip() and not name:
        raise Trouble("INPUT-001", "name")
    answer = make_response("", 204)
    answer.set_cookie(
        COOKIE,
        quote(name),
        max_age=_YEAR if name else 0,
        secure=True,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return answer
