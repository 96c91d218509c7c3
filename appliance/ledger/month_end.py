"""The list of a month's end: visits of which it is not known by which insurance to claim."""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlite_utils import Database

from appliance.eligibility.after_outage import VALID
from appliance.eligibility.request_families import Family
from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import assumptions, checks, findings, follow_ups, last_answers, tasks
from appliance.ledger.assumptions import Assumption
from appliance.ledger.bell import Topic
from appliance.ledger.checks import OPEN_STATES, SELECT, Check, CheckState, NewCheck, Origin, check_from_row
from appliance.ledger.database import Ledger
from appliance.ledger.follow_ups import How
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import from_text


class Why(StrEnum):
    """Why a visit is on the list, in the order in which it is shown."""

    UNSURE = "unsure"
    """The answer is of no use, and nobody said how to claim."""
    UNKNOWN = "unknown"
    FORMER = "former"
    UNPAID = "unpaid"
    """Paid in full, to be claimed when the insurance is known."""
    WAITING = "waiting"
    """There is no answer yet."""


WHY_LABELS = {
    Why.UNSURE: "要確認",
    Why.UNKNOWN: "不詳",
    Why.FORMER: "旧資格",
    Why.UNPAID: "10割",
    Why.WAITING: "照会待ち",
}
_BY = {
    ClaimBy.CURRENT: Why.UNSURE,
    ClaimBy.UNKNOWN: Why.UNKNOWN,
    ClaimBy.FORMER: Why.FORMER,
    ClaimBy.NOT_YET: Why.UNPAID,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One visit of the list. `asked_again` counts the later questions, `is_asking` says that one of them is open.

    `can_ask` is True when its numbers are known, so that they can be asked about without the card. `name` is the one that was
    last known or stands on an outage note, empty without either.
    """

    check: Check
    day: date
    why: Why
    said: Assumption | None
    asked_again: int
    last_asked_at: datetime | None
    is_asking: bool
    can_ask: bool
    name: str = field(repr=False)


def month_of(text: str) -> date:
    """The first day of the month `2026-11`. Raises `ValueError`."""
    return date.fromisoformat(f"{text}-01")


def open_cases(ledger: Ledger, first: date, today: date) -> tuple[Case, ...]:
    """What is open of the month that begins on `first`, by kind and then oldest first.

    What is just being asked on the day itself is no case yet.
    """
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    rows = ledger.read.execute(
        SELECT + _UNRESOLVED + "AND day BETWEEN :first AND :last ORDER BY seq",
        {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "today": today.isoformat(),
            "family": Family.SINGLE,
        },
    )
    found = (_case(ledger.read, check_from_row(row), date.fromisoformat(row["day"])) for row in rows)
    order = list(Why)
    return tuple(sorted((one for one in found if one), key=lambda one: (order.index(one.why), one.check.seq)))


def find(ledger: Ledger, check_id: str, today: date) -> Case | None:
    """The case of one check; None when it is none, or none any more."""
    row = ledger.read.execute(
        SELECT + _UNRESOLVED + "AND checks.id = :id",
        {"id": check_id, "today": today.isoformat(), "family": Family.SINGLE},
    ).fetchone()
    return _case(ledger.read, check_from_row(row), date.fromisoformat(row["day"])) if row else None


_UNRESOLVED = f"""WHERE family = :family AND origin != '{Origin.FOLLOW_UP}'
    AND (state IN ('waiting', 'refused')
         OR (state IN ('received', 'asking') AND day < :today)
         OR (state = 'answered'
             AND coalesce(results.qualification_validity, '') NOT IN ('{VALID[0]}', '{VALID[1]}')))
    AND NOT EXISTS (SELECT 1 FROM resolutions WHERE resolutions.check_id = checks.id)
    AND NOT EXISTS (SELECT 1 FROM follow_ups WHERE follow_ups.check_id = checks.id) """


def _case(db: Database, check: Check, day: date) -> Case | None:
    said = assumptions.of_check_in(db, check.id)
    why = _why(db, check, said)
    if why is None:
        return None
    later = db.execute(
        """SELECT count(*) AS n, max(received_at) AS last,
                  coalesce(sum(state IN ('received', 'waiting', 'asking')), 0) AS open
           FROM follow_ups JOIN checks ON checks.id = follow_ups.check_id WHERE of = ?""",
        [check.id],
    ).fetchone()
    return Case(
        check=check,
        day=day,
        why=why,
        said=said,
        asked_again=later["n"],
        last_asked_at=from_text(later["last"]) if later["last"] else None,
        is_asking=bool(later["open"]),
        name=_name(db, check, said),
        can_ask=_may_ask(check) and assumptions.search_of(check.request_xml) is not None,
    )


def _name(db: Database, check: Check, said: Assumption | None) -> str:
    if said is not None and said.known.get("name"):
        return said.known["name"]
    row = db.execute("SELECT name FROM outage_notes WHERE check_id = ?", [check.id]).fetchone()
    return str(row["name"]) if row else _name_before(db, check)


def _name_before(db: Database, check: Check) -> str:
    """The name in the last answer about the same card or numbers: what the board shows while there is none."""
    last = last_answers.of_check_in(db, check)
    found = last.message.message_body.result_list if last else ()
    return (found[0].name or "") if found else ""


def _may_ask(check: Check) -> bool:
    """What is open comes by itself, and what the center refused it would refuse again."""
    return check.state is CheckState.ANSWERED or check.given_up_at is not None


def _why(db: Database, check: Check, said: Assumption | None) -> Why | None:
    """None for an answer that somebody has seen to without saying more: the patient had another document.

    Not so when it came after an outage: the patient had gone by then. Nor for what was given up: that is no answer at all.
    """
    if check.state in OPEN_STATES:
        return Why.WAITING
    if said is not None:
        return _BY[said.by]
    is_left = check.given_up_at is not None or findings.of_check(db, check.id) is not None
    return Why.UNSURE if check.seen_at is None or is_left else None


def close(ledger: Ledger, check_id: str, how: How, by: str, now: datetime) -> bool:
    """A person closes a visit: it is asked about no more. False when it was closed already."""
    with ledger.write(Topic.CHECKS | Topic.TASKS) as db:
        if not follow_ups.resolve(db, check_id, how, now, by=by, answer=None):
            return False
        checks.touch(db, check_id)
        return True


def ask_again(ledger: Ledger, of: str, new: NewCheck, now: datetime) -> str | None:
    """Open a later question for a visit, at most once for its `source_mark`; its id.

    None when there was one of that mark, when one is still open, or when the visit is resolved.
    """
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        if checks.id_by_mark(db, new.source_mark) is not None or _is_busy(db, of):
            return None
        check_id = checks.insert(db, new, now)
        follow_ups.link(db, check_id, of)
        return check_id


def _is_busy(db: Database, of: str) -> bool:
    row = db.execute(
        """SELECT 1 FROM resolutions WHERE check_id = :of
           UNION ALL SELECT 1 FROM follow_ups JOIN checks ON checks.id = follow_ups.check_id
           WHERE of = :of AND state IN ('received', 'waiting', 'asking') LIMIT 1""",
        {"of": of},
    ).fetchone()
    return row is not None


def remind(ledger: Ledger, case: Case, now: datetime) -> str | None:
    """Raise the task of the month's end for a visit, once in its life; its id."""
    with ledger.write(Topic.TASKS) as db:
        known = db.execute(
            "SELECT 1 FROM tasks WHERE kind = ? AND subject = ?", [TaskKind.UNRESOLVED, case.check.id]
        ).fetchone()
        return None if known else tasks.raise_in(db, TaskKind.UNRESOLVED, case.check.id, case.why, now)
