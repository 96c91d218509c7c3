"""Searches without the card while 災害時モード is on: who, when, by what, with whose consent, and what was opened.

Nobody's name and no number stands in these rows. What a search asks and finds is sealed (`disaster_seal`) in the checks
that carry it, and is forgotten when the mode ends or after a day.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.disaster import Consent, Kind, Way
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, disaster, disaster_seal
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check, NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

KEPT = timedelta(hours=24)
"""How long what was found can be read, unless the mode ends sooner."""

_AHEAD = timedelta(minutes=5)
"""A search made that far in the future was made before the clock was set back: nobody knows how old it is."""


@dataclass(frozen=True, kw_only=True)
class NewSearch:
    """What a person asks for. `keys` names the fields used, `request` is the message, which nobody but the center reads."""

    by: str
    institution_code: str
    way: Way
    keys: tuple[str, ...]
    consent: Consent
    request: bytes = field(repr=False)
    id: str


@dataclass(frozen=True, kw_only=True)
class Search:
    """One search. `check_id` is the question that carries it."""

    id: str
    mode_id: str
    made_by: str
    made_at: datetime
    way: Way
    keys: tuple[str, ...]
    consent: Consent
    check_id: str
    forgotten_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One kind of the person at `place` among those found, opened by who made the search."""

    id: str
    search_id: str
    place: int
    kind: Kind
    made_at: datetime
    check_id: str


def new_id() -> str:
    """An id for a search or an opening, which the message has to know before it is written down."""
    return secrets.token_hex(16)


def search(ledger: Ledger, new: NewSearch, now: datetime) -> None:
    """Write a search down, to be asked at once. Raises `Trouble` DISASTER-001 when the mode is not on."""
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        mode = disaster.on(db, now)
        if mode is None:
            raise Trouble("DISASTER-001")
        key = disaster_seal.new_key(db, new.id)
        check_id = _ask(db, Family.DISASTER_SEARCH, key, new.request, new.institution_code, now)
        db.table("disaster_searches").insert(
            {
                "id": new.id,
                "mode_id": mode.id,
                "made_by": new.by,
                "made_at": to_text(now),
                "way": new.way,
                "keys": " ".join(new.keys),
                "consent": new.consent,
                "purpose_at": to_text(now),
                "check_id": check_id,
            }
        )
        audit.insert(db, new.by, "disaster-search", new.id, now, f"{new.way} {new.consent}")


def opened(ledger: Ledger, opening: Opening, request: bytes, institution_code: str, now: datetime) -> None:
    """Write an opening down (`check_id` is chosen here). Raises `Trouble` DISASTER-001 (not on) or -005 (forgotten)."""
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        if disaster.on(db, now) is None:
            raise Trouble("DISASTER-001")
        made_by = _row(db, opening.search_id)["made_by"]
        key = disaster_seal.key_of(db, opening.search_id)
        check_id = _ask(db, Family.DISASTER_OPEN, key, request, institution_code, now)
        db.table("disaster_openings").insert(
            {
                "id": opening.id,
                "search_id": opening.search_id,
                "place": opening.place,
                "kind": opening.kind,
                "made_at": to_text(now),
                "check_id": check_id,
            }
        )
        audit.insert(db, made_by, "disaster-open", opening.id, now, opening.kind)


def _ask(
    db: Database, family: Family, key: bytes, request: bytes, institution_code: str, now: datetime
) -> str:
    new = NewCheck(origin=Origin.MANUAL, institution_code=institution_code, family=family)
    check_id = checks.insert(db, new, now)
    sealed = disaster_seal.sealed(key, check_id, request)
    db.execute("UPDATE checks SET request_xml = ? WHERE id = ?", [sealed, check_id])
    return check_id


def viewed(ledger: Ledger, opening: Opening, by: str, now: datetime) -> None:
    """Somebody reads what was opened."""
    audit.write(ledger, by, "disaster-view", opening.id, now, opening.kind)


def printed(ledger: Ledger, opening: Opening, by: str, now: datetime) -> None:
    """What was opened goes to a printer."""
    with ledger.write(Topic.OTHER) as db:
        db.execute("UPDATE disaster_openings SET prints = prints + 1 WHERE id = ?", [opening.id])
        audit.insert(db, by, "disaster-print", opening.id, now, opening.kind)


def find(ledger: Ledger, search_id: str) -> Search | None:
    """The search with this id."""
    row = ledger.read.execute("SELECT * FROM disaster_searches WHERE id = ?", [search_id]).fetchone()
    return _search(row) if row else None


def find_opening(ledger: Ledger, opening_id: str) -> Opening | None:
    """The opening with this id."""
    row = ledger.read.execute("SELECT * FROM disaster_openings WHERE id = ?", [opening_id]).fetchone()
    return _opening(row) if row else None


def openings_of(ledger: Ledger, search_id: str) -> tuple[Opening, ...]:
    """What was opened of a search, oldest first."""
    rows = ledger.read.execute(
        "SELECT * FROM disaster_openings WHERE search_id = ? ORDER BY seq", [search_id]
    )
    return tuple(_opening(row) for row in rows)


def readable(ledger: Ledger, made: Search, now: datetime) -> bool:
    """Whether what it found may still be read, whether or not anybody has deleted it yet."""
    mode = disaster.find(ledger, made.mode_id)
    is_young = now - KEPT < made.made_at <= now + _AHEAD
    return made.forgotten_at is None and is_young and mode is not None and mode.is_on(now)


def answer(ledger: Ledger, search_id: str, check: Check) -> bytes:
    """The answer to a search's or opening's check. Raises `Trouble` DISASTER-005 when it is forgotten, or there is none."""
    if check.result_xml is None:
        raise Trouble("DISASTER-005")
    return disaster_seal.unsealed(disaster_seal.key_of(ledger.read, search_id), check.id, check.result_xml)


def question(ledger: Ledger, check: Check) -> Check:
    """`check` with what it asks made readable. Raises `Trouble` DISASTER-005 when it is forgotten."""
    key = disaster_seal.key_of(ledger.read, _search_of(ledger.read, check.id))
    return replace(check, request_xml=disaster_seal.unsealed(key, check.id, check.request_xml or b""))


def sealed_answer(ledger: Ledger, check: Check, xml: bytes) -> bytes:
    """The answer as it may be kept; nothing when the search is forgotten by now."""
    try:
        key = disaster_seal.key_of(ledger.read, _search_of(ledger.read, check.id))
    except Trouble:
        return b""
    return disaster_seal.sealed(key, check.id, xml)


def _search_of(db: Database, check_id: str) -> str:
    row = db.execute(
        """SELECT id FROM disaster_searches WHERE check_id = :id
           UNION ALL SELECT search_id FROM disaster_openings WHERE check_id = :id""",
        {"id": check_id},
    ).fetchone()
    return row["id"] if row else ""


def _row(db: Database, search_id: str) -> Any:
    row = db.execute("SELECT * FROM disaster_searches WHERE id = ?", [search_id]).fetchone()
    if row is None:
        raise Trouble("DISASTER-005")
    return row


def _search(row: Any) -> Search:
    return Search(
        id=row["id"],
        mode_id=row["mode_id"],
        made_by=row["made_by"],
        made_at=from_text(row["made_at"]),
        way=Way(row["way"]),
        keys=tuple(row["keys"].split()),
        consent=Consent(row["consent"]),
        check_id=row["check_id"],
        forgotten_at=from_text(row["forgotten_at"]) if row["forgotten_at"] else None,
    )


def _opening(row: Any) -> Opening:
    return Opening(
        id=row["id"],
        search_id=row["search_id"],
        place=row["place"],
        kind=Kind(row["kind"]),
        made_at=from_text(row["made_at"]),
        check_id=row["check_id"],
    )
