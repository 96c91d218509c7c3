"""The stream of events: states whenever they change, deliveries as soon as they are owed, from a cursor on."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from flask import Response, stream_with_context

from appliance.web.api import door, parameters
from appliance.web.api.area import blueprint
from appliance.web.api.box import box_payload, reader_payloads
from appliance.web.api.desk import desk
from appliance.web.api.notices import owed_notices
from appliance.web.api.offering import Owed, OwedDeliveries
from appliance.web.live import Event
from appliance.web.room import here

HEARTBEAT = 10.0
BATCH = 20
_ALIVE = b": alive\n\n"


@blueprint.get("/events")
@door.consumers
@door.takes("after")
def stream() -> Response:
    """Server-sent events. `Last-Event-ID` is the cursor; states carry no id, so they do not move it."""
    room, waits = here(), desk().waits
    after = parameters.last_event()
    owed, beside = OwedDeliveries(room.ledger, door.consumer()), owed_notices()
    leave = waits.enter(door.token().id)
    lasts = room.settings.api_stream_lasts
    looks = partial(waits.looks, room.ledger, lasts, time.monotonic, door.is_welcome())
    told = Told(after, time.monotonic)

    def body() -> Iterator[bytes]:
        yield b"retry: 1000\n\n"
        for _ in looks():
            yield from told.states()
            yield from told.deliveries(owed)
            yield from told.notices(beside)
            yield from told.heartbeat()

    headers = {"X-Accel-Buffering": "no"}
    response = Response(stream_with_context(body()), mimetype="text/event-stream", headers=headers)
    # Not in the generator: one whose client went away at once is never begun.
    response.call_on_close(leave)
    return response


class Told:
    """What one stream has said already."""

    def __init__(self, after: int, clock: Callable[[], float]) -> None:
        self._after = after
        self._noticed = 0
        self._clock = clock
        self._states: set[bytes] = set()
        self._said_at = clock()

    def states(self) -> Iterator[bytes]:
        """The states that are news."""
        now = {box_payload(): "box-state", **dict.fromkeys(reader_payloads(), "reader-state")}
        for payload, name in now.items():
            if payload not in self._states:
                yield self._event(name, payload)
        self._states = set(now)

    def deliveries(self, owed: Owed) -> Iterator[bytes]:
        """What is owed after the last one that was told, some at a time, each with its cursor."""
        for turn, word, payload in _each(owed, self._after):
            self._after = turn
            yield self._event(word, payload, str(turn))

    def notices(self, owed: Owed) -> Iterator[bytes]:
        """The same of notices. They carry no cursor: a stream begins with all that are not acknowledged."""
        for turn, word, payload in _each(owed, self._noticed):
            self._noticed = turn
            yield self._event(word, payload)

    def heartbeat(self) -> Iterator[bytes]:
        """Something to hear, now and then: who hears nothing for long may take the box for gone."""
        if self._clock() - self._said_at >= HEARTBEAT:
            self._said_at = self._clock()
            yield _ALIVE

    def _event(self, name: str, payload: bytes, event_id: str = "") -> bytes:
        self._said_at = self._clock()
        return Event(name, payload.decode(), event_id).encode()


def _each(owed: Owed, after: int) -> Iterator[tuple[int, str, bytes]]:
    clock = here().clock
    while found := owed.offers(after, BATCH, clock()):
        owed.given(found, clock())
        for one in found:
            after = one.turn
            yield one.turn, one.word, one.payload
