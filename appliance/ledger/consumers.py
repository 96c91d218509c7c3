"""Consumers: the 電子カルテ and レセコン that results go to, and which result each of them wants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


class ConsumerKind(StrEnum):
    """How a consumer takes results."""

    MQTT = "mqtt"
    FOLDER = "folder"


@dataclass(frozen=True)
class Consumer:
    """One consumer. `name` is part of its MQTT topics and account, so it is lower-case ASCII."""

    name: str
    kind: ConsumerKind
    enabled: bool


def add(ledger: Ledger, name: str, kind: ConsumerKind, now: datetime) -> None:
    """Register a consumer; one that is there already stays as it is. Raises `ValueError` for an unfit name."""
    if not (name.isascii() and name.replace("-", "").isalnum() and name == name.lower()):
        raise ValueError("a consumer's name is made of a-z, 0-9 and -")
    with ledger.write() as db:
        db.table("consumers").insert(
            {"name": name, "kind": kind, "enabled": 1, "created_at": to_text(now)}, ignore=True
        )


def all_consumers(ledger: Ledger) -> tuple[Consumer, ...]:
    """Every consumer by name."""
    return _consumers(ledger.read)


def takers(db: Database, origin: str, asked_by: str | None) -> tuple[str, ...]:
    """Who gets the result of a check of this `origin`.

    MQTT consumers get every result. A folder gets card results (in face/) and the answers to its own requests
    (in res/): a file nobody asked for would be taken for another patient's.
    """
    return tuple(
        consumer.name
        for consumer in _consumers(db)
        if consumer.enabled
        and (consumer.kind is ConsumerKind.MQTT or origin == "card" or consumer.name == asked_by)
    )


def _consumers(db: Database) -> tuple[Consumer, ...]:
    rows = db.execute("SELECT * FROM consumers ORDER BY name")
    return tuple(Consumer(row["name"], ConsumerKind(row["kind"]), bool(row["enabled"])) for row in rows)
