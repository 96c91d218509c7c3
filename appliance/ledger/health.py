"""The self-diagnosis as everybody sees it: what is wrong now and since when, the last word of each check.

A look that found nothing new writes nothing, so that a minute's rhythm does not wear the flash out; only every
`KEEP_ALIVE` all words are written anew, by which one can tell that somebody still looks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity, Suggestion, worst
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.sentences import put_together, taken_apart
from appliance.ledger.times import from_text, to_text

KEEP_ALIVE = timedelta(minutes=10)
SILENT_AFTER = timedelta(minutes=15)
"""Words that nobody has renewed for so long are over: the self-diagnosis itself stands still."""

STANDS_STILL = "HEALTH-002"
Key = tuple[CheckName, str, str]


@dataclass(frozen=True)
class Standing:
    """A finding that stands, or stood until `ended_at`."""

    check: CheckName
    finding: Finding
    since: datetime
    ended_at: datetime | None = None

    @property
    def key(self) -> Key:
        """What tells it from every other one that stands."""
        return self.check, self.finding.subject, self.finding.code


@dataclass(frozen=True)
class Word:
    """What a check said last."""

    check: CheckName
    says: str
    is_known: bool
    at: datetime


@dataclass(frozen=True)
class Picture:
    """All that is known: findings, worst first, and the words in the checks' order. `is_still`: nobody has looked for long."""

    standing: tuple[Standing, ...]
    words: tuple[Word, ...]
    is_still: bool

    @property
    def severity(self) -> Severity | None:
        """The worst of what stands; None when all is well."""
        return worst(one.finding.severity for one in self.standing)

    @property
    def looked_at(self) -> datetime | None:
        """When the words were last written down; None before the first look."""
        return min((one.at for one in self.words), default=None)

    def of(self, check: CheckName) -> tuple[Standing, ...]:
        """What stands of one check."""
        return tuple(one for one in self.standing if one.check is check)


def note(ledger: Ledger, outcomes: Mapping[CheckName, Outcome], now: datetime) -> bool:
    """Write down what one look at everything found; whether there was anything to write.

    What stood and is not found any more has ended. A finding whose severity changed keeps the moment at which it began.
    """
    found = {
        (check, one.subject, one.code): one for check, outcome in outcomes.items() for one in outcome.findings
    }
    standing = {one.key: one for one in _standing(ledger.read)}
    is_news = {key: one.severity for key, one in found.items()} != {
        key: one.finding.severity for key, one in standing.items()
    }
    if not is_news and not _is_due(ledger, outcomes, now):
        return False
    with ledger.write(Topic.CONDITIONS if is_news else Topic.OTHER) as db:
        _write_findings(db, found, now)
        _write_words(db, outcomes, now)
    return True


def _is_due(ledger: Ledger, outcomes: Mapping[CheckName, Outcome], now: datetime) -> bool:
    rows = {
        row["check_name"]: from_text(row["at"])
        for row in ledger.read.execute("SELECT check_name, at FROM health_words")
    }
    # What a clock that was set back has left in the future is no sign of life.
    return rows.keys() != set(outcomes) or any(not now - KEEP_ALIVE < at <= now for at in rows.values())


def _write_findings(db: Database, found: Mapping[Key, Finding], now: datetime) -> None:
    for one in _standing(db):
        if one.key not in found:
            db.execute(
                """UPDATE health_findings SET ended_at = ?
                   WHERE check_name = ? AND subject = ? AND code = ? AND ended_at IS NULL""",
                [to_text(now), *one.key],
            )
    for (check, _, _), finding in found.items():
        form, terms = taken_apart(finding.says)
        db.execute(
            """INSERT INTO health_findings (check_name, subject, code, severity, form, terms, suggestions, since_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (check_name, subject, code) WHERE ended_at IS NULL DO UPDATE SET severity = excluded.severity,
                   form = excluded.form, terms = excluded.terms, suggestions = excluded.suggestions
               WHERE (severity, form, terms, suggestions)
                   <> (excluded.severity, excluded.form, excluded.terms, excluded.suggestions)""",
            [
                *(check, finding.subject, finding.code, finding.severity, form, terms),
                *(" ".join(finding.suggestions), to_text(now)),
            ],
        )


def _write_words(db: Database, outcomes: Mapping[CheckName, Outcome], now: datetime) -> None:
    # Neither emptied nor filled anew: pages that are freed and taken again are written too.
    db.execute(
        "DELETE FROM health_words WHERE check_name NOT IN (SELECT value FROM json_each(?))",
        [json.dumps([*outcomes])],
    )
    for check, outcome in outcomes.items():
        db.execute(
            """INSERT INTO health_words (check_name, is_known, form, terms, at) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (check_name) DO UPDATE SET is_known = excluded.is_known, form = excluded.form,
                   terms = excluded.terms, at = excluded.at""",
            [check, int(outcome.is_known), *taken_apart(outcome.says), to_text(now)],
        )


def standing(ledger: Ledger) -> tuple[Standing, ...]:
    """What is wrong now, the worst first, then in the checks' order."""
    order = tuple(CheckName)
    return tuple(
        sorted(
            _standing(ledger.read),
            key=lambda one: (one.finding.severity is not Severity.STOP, order.index(one.check), one.since),
        )
    )


def picture(ledger: Ledger, now: datetime) -> Picture:
    """All that is known at `now`."""
    rows = {row["check_name"]: row for row in ledger.read.execute("SELECT * FROM health_words")}
    words = tuple(
        Word(one, put_together(row["form"], row["terms"]), bool(row["is_known"]), from_text(row["at"]))
        for one in CheckName
        if (row := rows.get(one)) is not None
    )
    is_still = any(not now - SILENT_AFTER <= one.at <= now + SILENT_AFTER for one in words)
    return Picture(standing(ledger), words, is_still)


def with_sinces(ledger: Ledger, outcomes: Mapping[CheckName, Outcome], now: datetime) -> Picture:
    """The picture that a look at `now` would leave, without writing it down."""
    known = {one.key: one.since for one in _standing(ledger.read)}
    found = [
        Standing(check, one, known.get((check, one.subject, one.code), now))
        for check in CheckName
        if check in outcomes
        for one in outcomes[check].findings
    ]
    words = (
        Word(one, outcomes[one].says, outcomes[one].is_known, now) for one in CheckName if one in outcomes
    )
    return Picture(
        tuple(sorted(found, key=lambda one: one.finding.severity is not Severity.STOP)),
        tuple(words),
        is_still=False,
    )


def prune_in(db: Database, before: datetime) -> int:
    """Forget what ended, and the mornings, before that moment; how many there were."""
    ended = db.execute("DELETE FROM health_findings WHERE ended_at < ?", [to_text(before)]).rowcount
    return int(ended + db.execute("DELETE FROM health_mornings WHERE at < ?", [to_text(before)]).rowcount)


def _standing(db: Database) -> tuple[Standing, ...]:
    rows = db.execute(
        "SELECT * FROM health_findings INDEXED BY health_findings_standing WHERE ended_at IS NULL"
    ).fetchall()
    # A row of a check or a code that a later version had, before this one came back in its place, says nothing here.
    return tuple(
        _from_row(row) for row in rows if row["check_name"] in set(CheckName) and row["code"] in CATALOGUE
    )


def _from_row(row: Any) -> Standing:
    known = set(Suggestion)
    finding = Finding(
        row["code"],
        Severity(row["severity"]),
        put_together(row["form"], row["terms"]),
        row["subject"],
        tuple(Suggestion(one) for one in row["suggestions"].split() if one in known),
    )
    ended = from_text(row["ended_at"]) if row["ended_at"] else None
    return Standing(CheckName(row["check_name"]), finding, from_text(row["since_at"]), ended)
