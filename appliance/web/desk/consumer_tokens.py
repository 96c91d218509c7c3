"""The page of a consumer's tokens for the API: each shown once, when it is made, and stopped at once."""

from flask import Response, make_response, redirect, render_template, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import api_tokens, consumers
from appliance.ledger.consumers import ConsumerKind
from appliance.web import guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here


@blueprint.get("/desk/consumers/<name>/tokens")
@guard.allow(*ADMINISTRATORS)
def token_page(name: str) -> str:
    """The tokens that are good. Raises `Trouble` INPUT-005 for who does not fetch over the API."""
    return _page(name)


@blueprint.post("/desk/consumers/<name>/tokens")
@guard.allow(*ADMINISTRATORS)
def make_token(name: str) -> str:
    """Another one beside those it has, on the only page that will ever show it."""
    room = here()
    return _page(name, api_tokens.make(room.ledger, name, guard.signed_in().name, room.clock()))


@blueprint.post("/desk/consumers/<name>/tokens/<token_id>/revoke")
@guard.allow(*ADMINISTRATORS)
def revoke_token(name: str, token_id: str) -> Response:
    """It opens nothing more. Of two who press at once the second finds it done."""
    room = here()
    if any(one.id == token_id and one.consumer == name for one in api_tokens.all_tokens(room.ledger)):
        api_tokens.revoke(room.ledger, token_id, guard.signed_in().name, room.clock())
    return make_response(redirect(url_for("desk.token_page", name=name), 303))


def _page(name: str, shown: str = "") -> str:
    room = here()
    found = consumers.find(room.ledger, name)
    if found is None or found.kind is not ConsumerKind.API:
        raise Trouble("INPUT-005")
    return render_template(
        "desk/consumer_tokens.html",
        consumer=found,
        tokens=[one for one in api_tokens.all_tokens(room.ledger) if one.consumer == name],
        shown=shown,
        moment=moment,
    )
