"""The morning report: what all checks said before opening, kept for each day as it was then."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.diagnosis import CheckName, Finding, Severity, Suggestion
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.health import Picture, Standing, Word
from appliance.ledger.sentences import put_together, taken_apart
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class Morning:
    """The report of one day in Japan, made `at`."""

    day: date
    at: datetime
    picture: Picture


def note(ledger: Ledger, day: date, picture: Picture, now: datetime) -> None:
    """Keep the report of this day. The first one stays."""
    report = {
        "words": [_word(one) for one in picture.words],
        "findings": [_finding(one) for one in picture.standing],
    }
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "INSERT OR IGNORE INTO health_mornings (day, at, report) VALUES (?, ?, ?)",
            [day.isoformat(), to_text(now), json.dumps(report, ensure_ascii=False)],
        )


def of(ledger: Ledger, day: date) -> Morning | None:
    """The report of this day; None when none was made."""
    row = ledger.read.execute("SELECT * FROM health_mornings WHERE day = ?", [day.isoformat()]).fetchone()
    if row is None:
        return None
    at, report = from_text(row["at"]), json.loads(row["report"])
    words = tuple(_read_word(one, at) for one in report["words"] if one["check"] in set(CheckName))
    findings = tuple(
        _read_finding(one)
        for one in report["findings"]
        if one["check"] in set(CheckName) and one["code"] in CATALOGUE
    )
    return Morning(day, at, Picture(findings, words, is_still=False))


def _word(one: Word) -> dict[str, Any]:
    return {"check": one.check, "says": taken_apart(one.says), "is_known": one.is_known}


def _read_word(values: dict[str, Any], at: datetime) -> Word:
    return Word(CheckName(values["check"]), put_together(*values["says"]), values["is_known"], at)


def _finding(one: Standing) -> dict[str, Any]:
    return {
        "check": one.check,
        "subject": one.finding.subject,
        "code": one.finding.code,
        "severity": one.finding.severity,
        "says": taken_apart(one.finding.says),
        "suggestions": one.finding.suggestions,
        "since": to_text(one.since),
    }


def _read_finding(values: dict[str, Any]) -> Standing:
    known = set(Suggestion)
    finding = Finding(
        values["code"],
        Severity(values["severity"]),
        put_together(*values["says"]),
        values["subject"],
        tuple(Suggestion(one) for one in values["suggestions"] if one in known),
    )
    return Standing(CheckName(values["check"]), finding, from_text(values["since"]))
