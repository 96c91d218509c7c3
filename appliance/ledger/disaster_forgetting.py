"""Forgetting what disaster searches asked and found, and saying afterwards how often somebody looked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.disaster import Consent, Kind
from appliance.ledger import audit, disaster, disaster_seal
from appliance.ledger.bell import Topic
from appliance.ledger.checks import CheckState, touch
from appliance.ledger.database import Ledger
from appliance.ledger.disaster_searches import KEPT
from appliance.ledger.times import from_text, to_text

ANSWERED_WITHIN = timedelta(seconds=60)
"""A search nobody answered in this time is over: it is asked now or not at all."""

_AHEAD = timedelta(minutes=5)


def forget_due(ledger: Ledger, now: datetime) -> int:
    """Forget every search whose mode is over, that is a day old, or from a clock since set back; how many there were.

    The modes that the clock has ended are written down as ended first.
    """
    disaster.close_overdue(ledger, now)
    due = ledger.read.execute(
        """SELECT disaster_searches.id FROM disaster_searches
           JOIN disaster_modes ON disaster_modes.id = mode_id
           WHERE forgotten_at IS NULL AND (ended_at IS NOT NULL OR made_at <= ? OR made_at > ?)""",
        [to_text(now - KEPT), to_text(now + _AHEAD)],
    ).fetchall()
    if due:
        with ledger.write(Topic.CHECKS) as db:
            _forget(db, [row["id"] for row in due], now)
    return len(due)


Marks = tuple[int, frozenset[str]]
NO_MARKS: Marks = (0, frozenset())
"""Of a box that was never searched from."""


def marks(ledger: Ledger) -> Marks:
    """The newest search and whose keys there are: other marks than before mean that something may have been forgotten."""
    newest = ledger.read.execute("SELECT max(seq) FROM disaster_searches").fetchone()[0]
    kept = ledger.read.execute("SELECT search_id FROM disaster_keys")
    return newest or 0, frozenset(row["search_id"] for row in kept)


def drop_unasked(ledger: Ledger, now: datetime) -> int:
    """Give up questions that are put off, or that nobody has answered in time: no search waits for the line."""
    rows = ledger.read.execute(_UNASKED, [to_text(now - ANSWERED_WITHIN)]).fetchall()
    if rows:
        with ledger.write(Topic.CHECKS) as db:
            for row in rows:
                _withdraw(db, row["id"])
    return len(rows)


_UNASKED = """SELECT id FROM checks WHERE state IN ('received', 'waiting', 'asking') AND id IN (
                  SELECT check_id FROM disaster_searches WHERE forgotten_at IS NULL
                  UNION ALL SELECT disaster_openings.check_id FROM disaster_searches
                            CROSS JOIN disaster_openings ON search_id = disaster_searches.id
                            WHERE forgotten_at IS NULL)
              AND (state = 'waiting' OR received_at <= ?)"""


def withdraw(ledger: Ledger, check_id: str) -> None:
    """Give up one question, unless it is answered."""
    with ledger.write(Topic.CHECKS) as db:
        _withdraw(db, check_id)


def _withdraw(db: Database, check_id: str) -> None:
    done = db.execute(
        """UPDATE checks SET state = ?, request_xml = NULL, owner = NULL, owned_until = NULL
            WHERE id = ? AND state IN ('received', 'waiting', 'asking')""",
        [CheckState.WITHDRAWN, check_id],
    )
    if done.rowcount:
        touch(db, check_id)


def _forget(db: Database, search_ids: list[str], now: datetime) -> None:
    disaster_seal.forget_keys(db, frozenset(search_ids))
    for search_id in search_ids:
        rows = db.execute(
            """SELECT check_id FROM disaster_searches WHERE id = :id
               UNION ALL SELECT check_id FROM disaster_openings WHERE search_id = :id""",
            {"id": search_id},
        ).fetchall()
        for row in rows:
            _withdraw(db, row["check_id"])
            db.execute("UPDATE checks SET request_xml = NULL WHERE id = ?", [row["check_id"]])
            db.execute("DELETE FROM results WHERE check_id = ?", [row["check_id"]])
        db.execute("UPDATE disaster_searches SET forgotten_at = ? WHERE id = ?", [to_text(now), search_id])
        audit.insert(db, disaster.BY_THE_CLOCK, "disaster-forget", search_id, now)


@dataclass(frozen=True, kw_only=True)
class Looks:
    """How often one account looked while a mode was on."""

    account: str
    searches: int
    without_consent: int
    opened: dict[Kind, int]
    prints: int
    last_at: datetime


def looks(ledger: Ledger, mode_id: str) -> tuple[Looks, ...]:
    """Who looked how often, most searches first. Nobody looked at is named: that is not written down."""
    rows = ledger.read.execute(
        """SELECT made_by, count(*) AS searches, sum(consent <> ?) AS without, max(made_at) AS last_at
           FROM disaster_searches WHERE mode_id = ? GROUP BY made_by ORDER BY searches DESC, made_by""",
        [Consent.ORAL, mode_id],
    ).fetchall()
    return tuple(_looks(ledger.read, mode_id, row) for row in rows)


def _looks(db: Database, mode_id: str, row: Any) -> Looks:
    kinds = db.execute(
        """SELECT kind, count(*) AS opened, sum(prints) AS prints FROM disaster_openings
           JOIN disaster_searches ON disaster_searches.id = search_id
           WHERE mode_id = ? AND made_by = ? GROUP BY kind""",
        [mode_id, row["made_by"]],
    ).fetchall()
    return Looks(
        account=row["made_by"],
        searches=row["searches"],
        without_consent=row["without"],
        opened={Kind(one["kind"]): one["opened"] for one in kinds},
        prints=sum(one["prints"] for one in kinds),
        last_at=from_text(row["last_at"]),
    )
