"""What every page of the web room works with, kept in one place of the Flask app."""

from dataclasses import dataclass

from flask import current_app

from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.web.brake import Brake
from appliance.web.live import Hub

EXTENSION = "madoguchi"


@dataclass(frozen=True)
class Room:
    """The box, its ledger and settings, the clock, the hub of live pages, and the brake on guessed passwords."""

    box: Box
    ledger: Ledger
    settings: Settings
    clock: Clock
    hub: Hub
    brake: Brake


def here() -> Room:
    """The room of the app that serves this request."""
    room: Room = current_app.extensions[EXTENSION]
    return room
