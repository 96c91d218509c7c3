"""対応中: which open page of reception has which check before it, so that two people do not do one thing twice.

It is a courtesy and blocks nobody. A page says it anew while somebody works there; what is not said anew ends by itself,
whatever became of the page, its PC or the web process.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text

LEASE = timedelta(seconds=60)
MOST_PAGES = 200
"""More pages than ever are open at once; the oldest goes when somebody makes more."""

_PAGE = re.compile("[0-9a-f-]{16,36}")


@dataclass(frozen=True)
class Attended:
    """A check that a page has before it (or somebody expected, by `Expected.id`), and how people call the desk of that page."""

    check_id: str
    page: str
    desk: str


def attend(ledger: Ledger, page: str, check_id: str, desk: str, now: datetime) -> None:
    """The page has this check before it until `now + LEASE`, and no other any more.

    Raises `Trouble` INPUT-001 for what is no page's id. The check must exist.
    """
    if not _PAGE.fullmatch(page):
        raise Trouble("INPUT-001", "page")
    is_news = Attended(check_id, page, desk) not in current(ledger, now)
    with ledger.write(Topic.DESKS if is_news else Topic.OTHER) as db:
        db.execute("DELETE FROM attending WHERE until <= ? OR until > ?", _bounds(now))
        db.execute(
            """INSERT INTO attending VALUES (?, ?, ?, ?)
               ON CONFLICT (page) DO UPDATE
               SET check_id = excluded.check_id, desk = excluded.desk, until = excluded.until""",
            [page, check_id, desk, to_text(now + LEASE)],
        )
        db.execute(
            "DELETE FROM attending WHERE page NOT IN (SELECT page FROM attending ORDER BY until DESC LIMIT ?)",
            [MOST_PAGES],
        )


def leave(ledger: Ledger, page: str) -> None:
    """The page has nothing before it any more."""
    with ledger.write(Topic.DESKS) as db:
        db.execute("DELETE FROM attending WHERE page = ?", [page])


def current(ledger: Ledger, now: datetime) -> tuple[Attended, ...]:
    """What is before somebody at `now`, check by check. A lease longer than ours was written under another clock."""
    rows = ledger.read.execute(
        "SELECT * FROM attending WHERE until > ? AND until <= ? ORDER BY check_id, desk, page", _bounds(now)
    )
    return tuple(Attended(row["check_id"], row["page"], row["desk"]) for row in rows)


def _bounds(now: datetime) -> list[str]:
    return [to_text(now), to_text(now + LEASE)]
