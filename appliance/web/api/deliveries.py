"""Results for one consumer: fetched from a cursor, waited for, fetched again, acknowledged."""

from flask import Response, jsonify

from appliance.eligibility.trouble import Trouble
from appliance.ledger import deliveries
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.messages import message_of
from appliance.web.api import answers, door
from appliance.web.api.area import blueprint
from appliance.web.api.fetching import PARAMETERS, fetched
from appliance.web.api.offering import OwedDeliveries, parts_of
from appliance.web.room import here


@blueprint.get("/deliveries")
@door.consumers
@door.takes(*PARAMETERS)
def pending() -> Response:
    """What is not acknowledged yet, after the cursor `after`; with `wait` as soon as there is something."""
    return fetched(OwedDeliveries(here().ledger, door.consumer()), "deliveries")


@blueprint.get("/deliveries/<delivery_id>")
@door.consumers
def one_delivery(delivery_id: str) -> Response:
    """One of its deliveries, acknowledged or not. Raises `Trouble` INPUT-005 for another's or an unknown one."""
    delivery = _own(delivery_id)
    _, payload = message_of(here().ledger, delivery)
    return answers.tagged(payload, answers.tag_of(parts_of(delivery.turn, payload)))


@blueprint.post("/deliveries/<delivery_id>/ack")
@door.consumers
def acknowledge(delivery_id: str) -> Response:
    """The consumer has stored it. A second time changes nothing. Raises `Trouble` INPUT-005 as above."""
    room, delivery = here(), _own(delivery_id)
    changed = deliveries.acknowledge(room.ledger, delivery.id, delivery.consumer, room.clock())
    is_dead = not changed and delivery.state is DeliveryState.DEAD
    return acknowledged(
        delivery.id, DeliveryState.DEAD if is_dead else DeliveryState.ACKNOWLEDGED, changed=changed
    )


def acknowledged(delivery_id: str, state: str, *, changed: bool) -> Response:
    """What an acknowledgement is answered with."""
    return jsonify({"delivery_id": delivery_id, "state": state, "repeated": not changed})


def _own(delivery_id: str) -> Delivery:
    found = deliveries.of_consumer(here().ledger, delivery_id, door.consumer())
    if found is None:
        raise Trouble("INPUT-005")
    return found
