"""What a consumer is given beside results, where the clinic lets it: tasks, medical information inside the patient's consent."""

from flask import Response

from appliance.eligibility.trouble import Trouble
from appliance.ledger import notices
from appliance.ledger.notices import NoticeState
from appliance.web.api import door
from appliance.web.api.area import blueprint
from appliance.web.api.deliveries import acknowledged
from appliance.web.api.fetching import PARAMETERS, fetched
from appliance.web.api.offering import OwedNotices
from appliance.web.room import here


@blueprint.get("/notices")
@door.consumers
@door.takes(*PARAMETERS)
def pending_notices() -> Response:
    """What is not acknowledged yet; nothing to a consumer that is given none."""
    return fetched(owed_notices(), "notices")


@blueprint.post("/notices/<delivery_id>/ack")
@door.consumers
def acknowledge_notice(delivery_id: str) -> Response:
    """The consumer has stored it. Raises `Trouble` INPUT-005 for another's or an unknown one."""
    room = here()
    found = notices.find(room.ledger, delivery_id)
    if found is None or found.consumer != door.consumer():
        raise Trouble("INPUT-005")
    changed = notices.acknowledge(room.ledger, found.id, found.consumer, room.clock())
    is_dead = not changed and found.state is NoticeState.DEAD
    return acknowledged(found.id, NoticeState.DEAD if is_dead else NoticeState.ACKNOWLEDGED, changed=changed)


def owed_notices() -> OwedNotices:
    """Those owed to the consumer that calls."""
    room = here()
    return OwedNotices(room.ledger, door.consumer(), room.settings.institution_code)
