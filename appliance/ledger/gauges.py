"""How much is open and since when, as numbers for somebody who watches many boxes. Nothing here knows a patient."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.ledger import line_log, line_report
from appliance.ledger.checks import OPEN, OPEN_STATES
from appliance.ledger.database import Ledger
from appliance.ledger.line_report import MonthReport
from appliance.ledger.times import from_text

LATELY = timedelta(hours=1)


@dataclass(frozen=True)
class OpenChecks:
    """Checks that are not answered yet, by state, and when the oldest of them came."""

    by_state: dict[str, int]
    oldest: datetime | None


def open_checks(ledger: Ledger) -> OpenChecks:
    """How many checks are in each open state, those in which there is none too."""
    rows = ledger.read.execute(
        f"SELECT state, count(*) AS n, min(received_at) AS oldest FROM checks INDEXED BY checks_open WHERE {OPEN} GROUP BY state"
    ).fetchall()
    counts = {row["state"]: row["n"] for row in rows}
    oldest = min((row["oldest"] for row in rows), default=None)
    return OpenChecks(
        {state.value: counts.get(state.value, 0) for state in OPEN_STATES},
        from_text(oldest) if oldest else None,
    )


def lately(ledger: Ledger, now: datetime) -> MonthReport:
    """What was asked of the center in the hour until `now`, summed up as the line's month is."""
    since = now - LATELY
    return line_report.summed("", line_log.between(ledger, since, now), (), since, now)


def oldest_owed(ledger: Ledger) -> dict[str, datetime]:
    """By consumer, since when it has been owed the one of its results that it leaves lying for longest.

    That is since the answer, not the question: after an outage answers are young to questions that are old. What it asked
    for anew is left out, since it may be years old and asked for a moment ago.
    """
    rows = ledger.read.execute(
        """SELECT consumer, coalesce(answered_at, checks.given_up_at, received_at) AS since FROM
               (SELECT consumer AS name, min(seq) AS first FROM deliveries INDEXED BY deliveries_pending
                WHERE state = 'pending' AND replayed = 0 GROUP BY consumer)
           JOIN deliveries ON deliveries.seq = first JOIN checks ON checks.id = check_id"""
    )
    return {row["consumer"]: from_text(row["since"]) for row in rows}
