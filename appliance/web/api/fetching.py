"""One answer with what is owed: from a cursor, at once or as soon as there is something."""

import time

from flask import Response, request

from appliance.web.api import answers, door, offering, parameters
from appliance.web.api.desk import desk
from appliance.web.api.offering import Offer, Owed
from appliance.web.room import here

PARAMETERS = ("after", "limit", "wait")


def fetched(owed: Owed, name: str) -> Response:
    """`{name: [messages], "cursor": …}` by the call's parameters; 304 when the caller has these already."""
    after, limit, seconds = parameters.cursor(), parameters.limit(), parameters.wait()
    found = _waited_for(owed, after, limit, seconds) if seconds else _now(owed, after, limit)
    cursor = found[-1].turn if found else after
    tag = offering.tag(found, cursor)
    # A HEAD hands nothing over, so nothing is written down of it.
    if request.method != "HEAD" and not answers.is_known(tag):
        owed.given(found, here().clock())
    body = answers.listed(name, (one.payload for one in found), b',"cursor":"%d"' % cursor)
    return answers.tagged(body, tag)


def _waited_for(owed: Owed, after: int, limit: int, seconds: float) -> tuple[Offer, ...]:
    room, waits = here(), desk().waits
    leave = waits.enter(door.token().id)
    found: tuple[Offer, ...] = ()
    try:
        longest = min(seconds, room.settings.api_longest_wait)
        for _ in waits.looks(room.ledger, longest, time.monotonic, door.is_welcome()):
            found = _now(owed, after, limit)
            cursor = found[-1].turn if found else after
            if found and not answers.is_known(offering.tag(found, cursor)):
                break
    finally:
        leave()
    return found


def _now(owed: Owed, after: int, limit: int) -> tuple[Offer, ...]:
    return owed.offers(after, limit, here().clock())
