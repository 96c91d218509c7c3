"""The day's appointments: the people of the lists that are about a day, most urgent first, each person once."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Outcome, Urgency
from appliance.eligibility.comparing import Likeness, compare_names, folded_name, folded_number, same_number
from appliance.ledger import bulk_steps
from appliance.ledger.bulk_runs import DAY, DAYS, RunKind, RunState
from appliance.ledger.database import Ledger

RUNS_LOOKED_AT = 300
"""The newest runs, of whatever kind, among which a day's lists are looked for."""

MOST = 200
"""More people than a reception sees in a day, of whom the first are taken: whoever asks about all patients has no appointments."""

_SCRIPTS = (re.compile("[ァ-ヿ-]+"), re.compile("[ぁ-ゟー-]+"))

CALM = frozenset({Urgency.VALID, Urgency.UNREGISTERED, Urgency.REGISTERED})
"""What needs no word before the patient comes."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One person of a day's list. `times` are HH:MM, in order."""

    run_id: str
    place: int
    institution_code: str
    asked: Appointment = field(repr=False)
    outcome: Outcome | None = field(repr=False)
    times: tuple[str, ...]

    @property
    def id(self) -> str:
        """What names this person on a page: random, and a number."""
        return f"{self.run_id}-{self.place}"

    @property
    def is_urgent(self) -> bool:
        """Whether somebody should have a word with them before, or as soon as, they come."""
        return self.outcome is not None and self.outcome.urgency not in CALM


@dataclass(frozen=True)
class DayList:
    """One list of a day, with what changes whenever it does."""

    run_id: str
    revision: int
    institution_code: str
    day: str


def lists_of(ledger: Ledger, day: date) -> tuple[DayList, ...]:
    """The lists of `day`, newest first: those let go, and those stopped after they had begun."""
    rows = ledger.read.execute(
        """SELECT id, revision, institution_code, terms FROM bulk_runs
           WHERE seq > (SELECT max(seq) FROM bulk_runs) - :newest AND kind = :kind AND state != :checked
           AND NOT (state = :stopped AND sent_at IS NULL) ORDER BY seq DESC""",
        {
            "newest": RUNS_LOOKED_AT,
            "kind": RunKind.APPOINTMENTS,
            "checked": RunState.CHECKED,
            "stopped": RunState.STOPPED,
        },
    )
    wanted = f"{day:%Y%m%d}"
    found = ((row, json.loads(row["terms"])) for row in rows)
    return tuple(
        DayList(
            row["id"], row["revision"], row["institution_code"] or "", wanted if terms[DAY] == wanted else ""
        )
        for row, terms in found
        if wanted in terms.get(DAYS, "").split(",")
    )


def of_day(ledger: Ledger, day: date, lists: tuple[DayList, ...]) -> tuple[Expected, ...]:
    """The people of these lists of `day`: who needs a word first, then by time. Of two rows about one person the newer counts."""
    found: dict[tuple[str, ...], list[Expected]] = {}
    for one in lists:
        own: dict[tuple[str, ...], list[Expected]] = {}
        for expected in _people(ledger, one, day):
            alike = own.setdefault(_numbers(expected), [])
            at = next((at for at, known in enumerate(alike) if _may_be_one(known, expected)), None)
            if at is None:
                alike.append(expected)
            else:
                alike[at] = replace(alike[at], times=tuple(sorted({*alike[at].times, *expected.times})))
        for numbers, people in own.items():
            newer = found.setdefault(numbers, [])
            newer += [one for one in people if not any(_may_be_one(known, one) for known in newer)]
    return tuple(sorted((one for people in found.values() for one in people), key=_order)[:MOST])


def find(ledger: Ledger, run_id: str, place: int) -> Expected | None:
    """One person of a list, whatever its day."""
    row = ledger.read.execute(
        """SELECT place, asked, found, institution_code FROM bulk_people JOIN bulk_runs ON bulk_runs.id = run_id
           WHERE run_id = ? AND place = ? AND line IS NOT NULL AND kind = ?""",
        [run_id, place, RunKind.APPOINTMENTS],
    ).fetchone()
    return _expected(row, run_id, row["institution_code"] or "") if row else None


def _people(ledger: Ledger, one: DayList, day: date) -> list[Expected]:
    rows = ledger.read.execute(
        """SELECT place, asked, found FROM bulk_people WHERE run_id = :run AND line IS NOT NULL
           AND coalesce(nullif(json_extract(asked, '$.day'), ''), :own) = :day ORDER BY place LIMIT :most""",
        {"run": one.run_id, "own": one.day, "day": f"{day:%Y%m%d}", "most": MOST},
    )
    found = (_expected(row, one.run_id, one.institution_code) for row in rows)
    return [person for person in found if person is not None]


def _expected(row: Any, run_id: str, institution_code: str) -> Expected | None:
    one = bulk_steps.person_from_row(row)
    if one.asked is None:
        return None
    times = (one.asked.time,) if one.asked.time else ()
    return Expected(
        run_id=run_id,
        place=one.place,
        institution_code=institution_code,
        asked=one.asked,
        outcome=one.outcome,
        times=times,
    )


def _numbers(one: Expected) -> tuple[str, ...]:
    """What is the same of two rows about one person."""
    asked = one.asked
    return (asked.insurer_number, folded_number(asked.number), asked.branch, asked.birthdate)


def _may_be_one(left: Expected, right: Expected) -> bool:
    """Whether nothing that both rows say speaks against one person. Twins without a 枝番 have all their insurance's numbers in common."""
    one, other = left.asked, right.asked
    if one.symbol and other.symbol and not same_number(one.symbol, other.symbol):
        return False
    if one.patient and other.patient:
        return one.patient == other.patient
    # One system writes 見本花子, another ミホンハナコ: these cannot be compared.
    if not (one.name and other.name) or _script(one.name) != _script(other.name):
        return True
    return compare_names(one.name, other.name) is not Likeness.DIFFERENT


def _script(name: str) -> int:
    plain = folded_name(name)
    return next((at for at, script in enumerate(_SCRIPTS) if script.fullmatch(plain)), len(_SCRIPTS))


def _order(one: Expected) -> tuple[int, str, str, int]:
    urgency = one.outcome.urgency if one.outcome is not None and one.is_urgent else len(Urgency) + 1
    return (urgency, one.times[0] if one.times else "~", one.run_id, one.place)
