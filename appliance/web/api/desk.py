"""What the calls share in one process: how often each token came, who waits, who has read what today."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from appliance.web.api.pace import Pace
from appliance.web.api.reads import Reads
from appliance.web.api.waits import Waits
from appliance.web.room import EXTENSION, Room

_KEY = "madoguchi-api"


@dataclass(frozen=True)
class ApiDesk:
    """`pace` counts all calls of a token, `list_pace` the lists a consumer hands in."""

    pace: Pace
    list_pace: Pace
    waits: Waits
    reads: Reads
    begun_at: datetime


def install(app: Flask) -> None:
    """Give `app`, which has its room, the desk of the API."""
    room: Room = app.extensions[EXTENSION]
    app.extensions[_KEY] = ApiDesk(
        Pace(room.settings.api_requests_a_minute),
        Pace(room.settings.bulk_requests_a_minute),
        Waits(lambda: room.hub.is_stopped),
        Reads(),
        room.clock(),
    )


def desk() -> ApiDesk:
    """The desk of the app that serves this request."""
    found: ApiDesk = current_app.extensions[_KEY]
    return found
