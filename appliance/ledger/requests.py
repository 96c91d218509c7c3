"""Requests from folders: many taken in with one commit, and one name stands for one open question at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck, id_by_mark, insert
from appliance.ledger.database import Ledger


def open_all(ledger: Ledger, requests: Sequence[NewCheck], now: datetime) -> tuple[str | None, ...]:
    """A check's id for each request, all in one transaction; None for one that has to wait.

    A request known by its `source_mark` is the old one. While the answer to a name is not in its folder yet, the same
    message under that name is the same question, and another message has to wait: the answers could not be told apart. A request that went back as given up is answered by that,
    also while somebody at the desk has it asked once more.
    """
    if not requests:
        return ()  # four times a second nothing is no reason to keep others from writing
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        return tuple(_open(db, request, now) for request in requests)


def _open(db: Database, new: NewCheck, now: datetime) -> str | None:
    known = id_by_mark(db, new.source_mark)
    if known is not None:
        return known
    before = db.execute(
        """SELECT id, request_xml FROM checks WHERE asked_by = :folder AND source_name = :name AND family = :family
           AND ((state IN ('received', 'waiting', 'asking')
                 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE check_id = checks.id AND refusal IS NOT NULL))
                OR EXISTS (SELECT 1 FROM deliveries
                           WHERE check_id = checks.id AND consumer = :folder AND deliveries.state = 'pending'))
           ORDER BY seq DESC LIMIT 1""",
        {"folder": new.asked_by, "name": new.source_name, "family": new.family},
    ).fetchone()
    if before is None:
        return insert(db, new, now)
    return before["id"] if before["request_xml"] == new.request_xml else None
