"""How the box and its readers are: the states that MQTT retains."""

from flask import Response

from appliance.eligibility.certificate import worst
from appliance.ledger import conditions, health, line_checks, payloads, readers
from appliance.ledger.payloads import SHOWN_LINKS, BoxState
from appliance.web import notices
from appliance.web.api import answers, door
from appliance.web.api.area import blueprint
from appliance.web.room import here


@blueprint.get("/box")
@door.consumers
def box_state() -> Response:
    """The box's state; who can read it knows already that the box is there."""
    return answers.tagged(box_payload())


@blueprint.get("/readers")
@door.consumers
def reader_states() -> Response:
    """What each reader is doing."""
    return answers.tagged(answers.listed("readers", reader_payloads()))


def box_payload() -> bytes:
    """`box-state`, as over MQTT."""
    room = here()
    links = [conditions.get(room.ledger, link) for link in SHOWN_LINKS]
    certificate = worst(notices.all_standings())
    code, line = room.settings.institution_code, line_checks.best_known(room.ledger)
    findings = health.standing(room.ledger)
    return payloads.box_state(code, BoxState.ONLINE, links, certificate, line, findings)


def reader_payloads() -> list[bytes]:
    """`reader-state` of each reader in use, as over MQTT."""
    room = here()
    code = room.settings.institution_code
    return [payloads.reader_state(code, reader) for reader in readers.all_readers(room.ledger)]
