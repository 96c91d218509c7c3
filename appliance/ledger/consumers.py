"""Consumers: the 電子カルテ and レセコン that results go to, and which result each of them wants."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.request_families import Family
from appliance.ledger import notices
from appliance.ledger.checks import OPEN, touch
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text


class ConsumerKind(StrEnum):
    """How a consumer takes results."""

    MQTT = "mqtt"
    FOLDER = "folder"
    API = "api"


LONGEST_NAME = 40
"""Part of topics, file names and accounts."""


@dataclass(frozen=True)
class FolderTerms:
    """How a folder is served: where it lies and what is done to its files; None everywhere means as the box is set.

    `stay_minutes` is after how long results that nobody took are removed (0: never), `encoding` what results are
    written in ("UTF-8", "Shift_JIS"; None: as received).
    """

    root: str | None = None
    zip_password_file: str | None = None
    stay_minutes: int | None = None
    encoding: str | None = None


class Lists(StrEnum):
    """When the people of a list that a consumer hands in may be asked about."""

    NIGHT = "night"
    NOW = "now"


@dataclass(frozen=True)
class ListTerms:
    """Whether a consumer may hand in lists of people, and in whose name it does; None: not, and the box's own."""

    lists: Lists | None = None
    institution_code: str | None = None


NO_LISTS = ListTerms()


@dataclass(frozen=True)
class Consumer:
    """One consumer. `name` is part of its MQTT topics and account, so it is lower-case ASCII.

    `shared_at` is where its folder lies while it is served over the network (`folder_shares`), whatever its terms say.
    """

    name: str
    kind: ConsumerKind
    enabled: bool
    folder: FolderTerms = FolderTerms()
    handing_in: ListTerms = NO_LISTS
    shared_at: str | None = None


def add(ledger: Ledger, name: str, kind: ConsumerKind, now: datetime) -> None:
    """Register a consumer; one that is there already stays as it is. Raises `ValueError` for an unfit name."""
    _check_name(name)
    with ledger.write() as db:
        db.table("consumers").insert(
            {"name": name, "kind": kind, "enabled": 1, "created_at": to_text(now)}, ignore=True
        )


def put(
    ledger: Ledger,
    name: str,
    kind: ConsumerKind,
    terms: FolderTerms,
    now: datetime,
    handing_in: ListTerms = NO_LISTS,
) -> None:
    """Register a consumer with these terms, or give one that is there new terms and enable it again.

    Raises `ValueError` for an unfit name and for a name that is there with another kind.
    """
    _check_name(name)
    with ledger.write() as db:
        known = db.execute("SELECT kind FROM consumers WHERE name = ?", [name]).fetchone()
        if known is not None and known["kind"] != kind:
            raise ValueError("a consumer of another kind has that name")
        db.table("consumers").upsert(
            {
                "name": name,
                "kind": kind,
                "enabled": 1,
                "created_at": to_text(now),
                **asdict(terms),
                **asdict(handing_in),
            },
            pk="name",
        )


def _check_name(name: str) -> None:
    fits = name.isascii() and name.replace("-", "").isalnum() and name == name.lower()
    if not fits or len(name) > LONGEST_NAME:
        raise ValueError(f"a consumer's name is made of a-z, 0-9 and -, {LONGEST_NAME} at most")


def remove(ledger: Ledger, name: str) -> bool:
    """Serve a consumer no more, give up what is owed to it and what it was allowed; False when there is none of that name.

    Its row stays, because what it was handed stays on record. Whoever takes it on again says anew what else it gets. What it
    has asked for is nobody's request any more, though what is under way goes on for the others.
    """
    with ledger.write() as db:
        db.execute("UPDATE deliveries SET state = 'dead' WHERE consumer = ? AND state = 'pending'", [name])
        notices.give_up_in(db, name)
        # Another product may come back under its name.
        for table in ("consumer_terms", "consumer_extras", "folder_shares"):
            db.execute(f"DELETE FROM {table} WHERE consumer = ?", [name])
        _disown(db, name)
        done = db.execute("UPDATE consumers SET enabled = 0 WHERE name = ? AND enabled = 1", [name])
        return bool(done.rowcount)


def _disown(db: Database, name: str) -> None:
    """Let nothing that is asked for now come to whoever bears the name next, nor an old request be taken for one of theirs."""
    db.execute("DELETE FROM consumer_requests WHERE consumer = ?", [name])
    db.execute(
        """UPDATE bulk_runs SET consumer = NULL, mark = NULL
           WHERE consumer IN (SELECT name FROM consumers WHERE name = ? AND kind != 'folder')""",
        [name],
    )
    for rare in (OPEN, "given_up_at IS NOT NULL"):
        for row in db.execute(
            f"SELECT id FROM checks WHERE {rare} AND origin = 'consumer' AND asked_by = ?", [name]
        ).fetchall():
            db.execute("UPDATE checks SET asked_by = NULL WHERE id = ?", [row["id"]])
            touch(db, row["id"])


def find(ledger: Ledger, name: str) -> Consumer | None:
    """The enabled consumer of this name."""
    return next((one for one in all_consumers(ledger) if one.name == name and one.enabled), None)


def all_consumers(ledger: Ledger) -> tuple[Consumer, ...]:
    """Every consumer by name."""
    return _consumers(ledger.read)


def takers(db: Database, origin: str, asked_by: str | None, family: str = Family.SINGLE) -> tuple[str, ...]:
    """Who gets the answer to a check of this `origin` and `family`.

    Consumers of MQTT and of the API get every patient's result. A folder gets card results (in face/) and the answers to its own
    requests (in res/): a file nobody asked for would be taken for another patient's. Answers of the other families
    are for the one that asked alone.
    """
    return tuple(
        consumer.name
        for consumer in _consumers(db)
        if consumer.enabled and takes(consumer, origin, asked_by, family)
    )


def takes(consumer: Consumer, origin: str, asked_by: str | None, family: str) -> bool:
    """Whether `consumer` gets the answer to such a check: see `takers`."""
    if origin in ("folder", "consumer") and consumer.name == asked_by:
        return True
    return family == Family.SINGLE and (consumer.kind is not ConsumerKind.FOLDER or origin == "card")


def is_folder(db: Database, name: str | None) -> bool:
    """Whether `name` is a folder that is served."""
    row = db.execute("SELECT 1 FROM consumers WHERE name = ? AND kind = 'folder' AND enabled = 1", [name])
    return row.fetchone() is not None


def is_asker(db: Database, origin: str, asked_by: str | None) -> bool:
    """Whether a check of this `origin` was asked by a consumer that is served, by MQTT or the API."""
    if origin != "consumer":
        return False
    return (
        db.execute("SELECT 1 FROM consumers WHERE name = ? AND enabled = 1", [asked_by]).fetchone()
        is not None
    )


def _consumers(db: Database) -> tuple[Consumer, ...]:
    rows = db.execute(
        """SELECT consumers.*, folder_shares.root AS shared_at
           FROM consumers LEFT JOIN folder_shares ON consumer = name AND kind = 'folder' ORDER BY name"""
    )
    return tuple(_consumer(row) for row in rows)


def _consumer(row: Any) -> Consumer:
    terms = FolderTerms(row["root"], row["zip_password_file"], row["stay_minutes"], row["encoding"])
    handing_in = ListTerms(Lists(row["lists"]) if row["lists"] else None, row["institution_code"])
    kind = ConsumerKind(row["kind"])
    return Consumer(row["name"], kind, bool(row["enabled"]), terms, handing_in, row["shared_at"])
