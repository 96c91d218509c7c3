"""What stands still, and the buttons: once more, seen, let it be."""

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, board, dead_letters, dead_notices, deliveries
from appliance.web import guard
from appliance.web.queue import words
from appliance.web.room import here

blueprint = Blueprint(
    "queue", __name__, template_folder="templates", static_folder="static", static_url_path="/queue/static"
)


@blueprint.get("/queue")
@guard.allow(*guard.CLINIC)
def page() -> str:
    """Everything that was given up and that nobody has dealt with, and what consumers leave lying."""
    room = here()
    now, ledger = room.clock(), room.ledger
    return render_template(
        "queue/page.html",
        checks=[words.of_check(ledger, one, now) for one in dead_letters.given_up_checks(ledger)],
        deliveries=[
            *(words.of_delivery(ledger, one, now) for one in dead_letters.given_up_deliveries(ledger)),
            *(words.of_notice(ledger, one, now) for one in dead_notices.given_up(ledger)),
        ],
        lying=[words.of_delivery(ledger, one, now) for one in dead_letters.left_lying(ledger)],
        most=dead_letters.AT_MOST,
    )


@blueprint.post("/queue/checks/<check_id>/retry")
@guard.allow(*guard.CLINIC)
def retry_check(check_id: str) -> Response:
    """Ask once more. Raises `Trouble` QUEUE-004 when it is not given up, or nobody would have the answer."""
    _retry(check_id)
    return _back()


@blueprint.post("/reception/checks/<check_id>/retry")
@guard.allow(*guard.CLINIC)
def retry_in_pane(check_id: str) -> Response:
    """`retry_check` for the pane of reception."""
    _retry(check_id)
    return jsonify({"id": check_id})


@blueprint.post("/reception/checks/<check_id>/offer")
@guard.allow(*guard.CLINIC)
def offer_in_pane(check_id: str) -> Response:
    """Hand over once more what was given up of this check's deliveries."""
    room = here()
    dead = [one for one in deliveries.of_check(room.ledger, check_id) if one.given_up_at is not None]
    actor = guard.signed_in().name
    done = [dead_letters.retry_delivery(room.ledger, one.id, actor, room.clock()) for one in dead]
    if not any(done):
        raise Trouble("QUEUE-004")
    return jsonify({"id": check_id})


@blueprint.post("/queue/checks/<check_id>/seen")
@guard.allow(*guard.CLINIC)
def seen(check_id: str) -> Response:
    """Somebody has dealt with it; it leaves the list."""
    room = here()
    actor = guard.signed_in().name
    with room.ledger.together():
        if board.mark_seen(room.ledger, check_id, actor, room.clock()):
            audit.write(room.ledger, actor, "see-check", check_id, room.clock())
    return _back()


@blueprint.post("/queue/deliveries/<delivery_id>/retry")
@guard.allow(*guard.CLINIC)
def retry_delivery(delivery_id: str) -> Response:
    """Hand it over once more. Raises `Trouble` QUEUE-004 when it is handed over, or its consumer is served no more."""
    room = here()
    actor = guard.signed_in().name
    ways = (dead_letters.retry_delivery, dead_notices.retry)
    if not any(way(room.ledger, delivery_id, actor, room.clock()) for way in ways):
        raise Trouble("QUEUE-004")
    return _back()


@blueprint.post("/queue/deliveries/<delivery_id>/drop")
@guard.allow(*guard.CLINIC)
def drop_delivery(delivery_id: str) -> Response:
    """Nobody wants it any more."""
    room = here()
    actor = guard.signed_in().name
    ways = (dead_letters.drop_delivery, dead_notices.drop)
    if not any(way(room.ledger, delivery_id, actor, room.clock()) for way in ways):
        raise Trouble("QUEUE-004")
    return _back()


def _retry(check_id: str) -> None:
    room = here()
    if not dead_letters.retry_check(room.ledger, check_id, guard.signed_in().name, room.clock()):
        raise Trouble("QUEUE-004")


def _back() -> Response:
    return make_response(redirect("/queue", 303))
