"""Results for one consumer: fetched from a cursor, waited for, fetched again, acknowledged."""

import time

from flask import Response, jsonify

from appliance.eligibility.trouble import Trouble
from appliance.ledger import deliveries
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.messages import message_of
from appliance.web.api import answers, door, offering, parameters
from appliance.web.api.area import blueprint
from appliance.web.api.desk import desk
from appliance.web.api.offering import Offer
from appliance.web.room import here


@blueprint.get("/deliveries")
@door.consumers
@door.takes("after", "limit", "wait")
def pending() -> Response:
    """What is not acknowledged yet, after the cursor `after`; with `wait` as soon as there is something."""
    after, limit, seconds = parameters.cursor(), parameters.limit(), parameters.wait()
    found = _waited_for(after, limit, seconds) if seconds else _offers(after, limit)
    cursor = found[-1].delivery.turn if found else after
    tag = offering.tag(found, cursor)
    if not answers.is_known(tag):
        offering.given(here().ledger, found)
    body = answers.listed("deliveries", (one.payload for one in found), b',"cursor":"%d"' % cursor)
    return answers.tagged(body, tag)


def _waited_for(after: int, limit: int, seconds: float) -> tuple[Offer, ...]:
    room, waits = here(), desk().waits
    leave = waits.enter(door.token().id)
    found: tuple[Offer, ...] = ()
    try:
        longest = min(seconds, room.settings.api_longest_wait)
        for _ in waits.looks(room.ledger, longest, time.monotonic, door.is_welcome()):
            found = _offers(after, limit)
            cursor = found[-1].delivery.turn if found else after
            if found and not answers.is_known(offering.tag(found, cursor)):
                break
    finally:
        leave()
    return found


def _offers(after: int, limit: int) -> tuple[Offer, ...]:
    room = here()
    return offering.offers(room.ledger, door.consumer(), after, limit, room.clock())


@blueprint.get("/deliveries/<delivery_id>")
@door.consumers
def one_delivery(delivery_id: str) -> Response:
    """One of its deliveries, acknowledged or not. Raises `Trouble` INPUT-005 for another's or an unknown one."""
    delivery = _own(delivery_id)
    _, payload = message_of(here().ledger, delivery)
    return answers.tagged(payload, answers.tag_of([f"{delivery.id} {delivery.turn}".encode()]))


@blueprint.post("/deliveries/<delivery_id>/ack")
@door.consumers
def acknowledge(delivery_id: str) -> Response:
    """The consumer has stored it. A second time changes nothing. Raises `Trouble` INPUT-005 as above."""
    room, delivery = here(), _own(delivery_id)
    changed = deliveries.acknowledge(room.ledger, delivery.id, delivery.consumer, room.clock())
    is_dead = not changed and delivery.state is DeliveryState.DEAD
    state = DeliveryState.DEAD if is_dead else DeliveryState.ACKNOWLEDGED
    return jsonify({"delivery_id": delivery.id, "state": state, "repeated": not changed})


def _own(delivery_id: str) -> Delivery:
    found = deliveries.of_consumer(here().ledger, delivery_id, door.consumer())
    if found is None:
        raise Trouble("INPUT-005")
    return found
