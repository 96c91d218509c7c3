"""The visits of some days as they are counted: one for each patient's question, without what was asked or answered."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.after_outage import VALID
from appliance.eligibility.bulk_outcome import Urgency
from appliance.eligibility.evidence import Medium as HeldBy
from appliance.eligibility.request_families import Family
from appliance.eligibility.statistics.counted import IN_TIME, Counted, Ending, Means
from appliance.ledger.bulk_runs import RunKind
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.follow_ups import How
from appliance.ledger.schema.history import short_mark
from appliance.ledger.times import JAPAN, from_text, to_text

_MEANS: dict[str, Means] = {
    Origin.CARD: Means.CARD,
    Origin.MANUAL: Means.PAPER,
    Origin.FOLDER: Means.RECEIPT,
    Origin.CONSUMER: Means.RECEIPT,
}
_KNOWN_BEFORE = f"{Urgency.INVALID:d}, {Urgency.NEWER_EXISTS:d}, {Urgency.CHANGED:d}"
_OBTAINED = ("specific_health_checkups_info", "pharmacists_info", "diagnosis_info", "operation_info")

_VISITS = f"""FROM checks LEFT JOIN results ON results.check_id = checks.id WHERE day BETWEEN :first AND :last AND family = '{Family.SINGLE}'
    AND origin != '{Origin.FOLLOW_UP}' AND state != '{CheckState.WITHDRAWN}'
    AND NOT EXISTS (SELECT 1 FROM follow_ups WHERE follow_ups.check_id = checks.id)"""


def between(ledger: Ledger, first: date, last: date, now: datetime) -> tuple[Counted, ...]:
    """The visits from `first` to `last` (days of Japan, both included), in the order of their coming.

    A later question about the same patient is no visit of its own, and what was withdrawn is none. What is just being
    asked at `now`, and may yet be answered in time, is left for the next look.
    """
    days = {"first": first.isoformat(), "last": last.isoformat()}
    fresh = to_text(now - timedelta(seconds=IN_TIME))
    persons = _Persons(ledger.read, days)
    rows = ledger.read.execute(
        f"""SELECT seq, id, day, origin, state, deferred, received_at, trouble_code, reason_code, card_mark, consents,
                   results.qualification_validity AS validity, results.answered_at AS result_at,
                   CASE origin WHEN '{Origin.CARD}' THEN json_extract(evidence, '$.medium') != '{HeldBy.CARD}' END AS is_phone,
                   EXISTS (SELECT 1 FROM resolutions WHERE check_id = checks.id AND how = '{How.FOUND}') AS found_later
            {_VISITS} AND NOT (state IN ('received', 'asking') AND NOT deferred AND received_at > :fresh)
            ORDER BY day, seq""",
        days | {"fresh": fresh},
    )
    return tuple(_counted(row, persons.of(row["seq"], row["card_mark"], row["id"])) for row in rows)


def _counted(row: Any, person: str) -> Counted:
    received = from_text(row["received_at"])
    answered = from_text(row["result_at"]) if row["result_at"] else None
    local = received.astimezone(JAPAN)
    return Counted(
        check_id=row["id"],
        day=_day(row["day"]),
        clock=f"{local.hour}:{local.minute:02d}",
        means=Means.PHONE if row["is_phone"] else _MEANS.get(row["origin"], Means.OTHER),
        person=person,
        has_consent=_has_consent(row["consents"]),
        ending=_ending(row["state"], row["validity"]),
        validity=row["validity"] or "",
        code=row["trouble_code"] or row["reason_code"] or "",
        seconds=max(0.0, (answered - received).total_seconds()) if answered else None,
        was_put_off=bool(row["deferred"]),
        found_later=bool(row["found_later"]),
    )


@lru_cache(maxsize=64)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=64)
def _has_consent(text: str | None) -> bool:
    said = json.loads(text) if text else {}
    return any(said.get(name) for name in _OBTAINED)


def _ending(state: str, validity: str | None) -> Ending:
    if state == CheckState.REFUSED:
        return Ending.REFUSED
    if state != CheckState.ANSWERED:
        return Ending.OPEN
    return Ending.VALID if validity in VALID else Ending.NOT_VALID


class _Persons:
    """Who is the same patient: checks that share a card or numbers, by their marks alone."""

    def __init__(self, db: Database, days: dict[str, str]) -> None:
        self._above: dict[str, str] = {}
        self._of: dict[int, str] = {}
        for seq, mark in _marks(db, days):
            known = self._of.setdefault(seq, mark)
            if known != mark:
                self._above[self._root(mark)] = self._root(known)

    def of(self, seq: int, card_mark: str | None, check_id: str) -> str:
        """The patient of a check; one that was not answered is known by its card alone."""
        mark = self._of.get(seq) or (short_mark(card_mark).hex() if card_mark else check_id)
        return self._root(mark)

    def _root(self, mark: str) -> str:
        while (above := self._above.get(mark, mark)) != mark:
            self._above[mark] = self._above.get(above, above)  # halves the way of whoever comes next
            mark = above
        return mark


def _marks(db: Database, days: dict[str, str]) -> Iterator[tuple[int, str]]:
    rows = db.execute(
        """SELECT histories.seq, hex(mark) AS mark FROM checks
           JOIN histories INDEXED BY histories_check ON histories.seq = checks.seq
           WHERE day BETWEEN :first AND :last""",
        days,
    )
    for row in rows:
        yield row["seq"], row["mark"].lower()


def asked_in_bulk(ledger: Ledger, first: str, end: str) -> tuple[int, int]:
    """People of appointment lists sent from the moment `first` on and before `end`; for how many it had ended or changed."""
    row = ledger.read.execute(
        f"""SELECT count(*) AS n, coalesce(sum(urgency IN ({_KNOWN_BEFORE})), 0) AS changed
           FROM bulk_runs CROSS JOIN bulk_people ON run_id = bulk_runs.id
           WHERE kind = ? AND sent_at >= ? AND sent_at < ?""",
        [RunKind.APPOINTMENTS, first, end],
    ).fetchone()
    return row["n"], row["changed"]
