"""The tables, as named migrations: the name says the order. One that was released is never changed."""

from appliance.ledger.schema import (
    at_the_counter,
    clinical,
    desk,
    disaster,
    extras,
    history,
    one_house,
    outage_notes,
    patient,
    phone_readers,
    queue,
    reader_profiles,
    reception,
    requests,
    statistics,
    tasks,
    with_the_center,
)
from appliance.ledger.schema.base import MIGRATIONS

__all__ = [
    "MIGRATIONS",
    "at_the_counter",
    "clinical",
    "desk",
    "disaster",
    "extras",
    "history",
    "one_house",
    "outage_notes",
    "patient",
    "phone_readers",
    "queue",
    "reader_profiles",
    "reception",
    "requests",
    "statistics",
    "tasks",
    "with_the_center",
]
